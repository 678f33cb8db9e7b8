import truncatedWidth from 'fast-string-truncated-width'

/** The room for columns: one of them is cut in the middle where a line would be longer. */
export interface ColumnsRoom {
  /** The number of cells of a line; without it there is always room. */
  readonly width: number | undefined
  /** The index of the column that is cut. */
  readonly cuts: number
  readonly ellipsis: string
}

/** A narrower column would tell nothing. */
const LEAST_CUT = 8

/** Returns rows as lines with aligned columns, two blanks apart. */
export function columns(rows: readonly (readonly string[])[], room?: ColumnsRoom): readonly string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, widthOf(cell))
  }
  const whole = widths.reduce((sum, width) => sum + width + 2, -2)
  const { width = whole, cuts = 0, ellipsis = '' } = room ?? {}
  const widest = widths[cuts] ?? 0
  if (whole > width) widths[cuts] = Math.min(widest, Math.max(LEAST_CUT, widest - (whole - width)))
  return rows.map((row) =>
    row
      .map((cell, index) => {
        const own = widths[index] ?? 0
        return padToWidth(shortenMiddle(cell, own, ellipsis), own)
      })
      .join('  ')
      .trimEnd(),
  )
}

/** Shortens a text in its middle: `mds-very...example.org`. */
export function shortenMiddle(text: string, width: number, ellipsis: string): string {
  if (widthOf(text) <= width) return text
  const room = Math.max(0, width - widthOf(ellipsis))
  const head = cutToWidth(text, Math.ceil(room / 2))
  const tail = [...text]
  while (tail.length > 0 && widthOf(tail.join('')) > room - widthOf(head)) tail.shift()
  return `${head}${ellipsis}${tail.join('')}`
}

/** Returns the number of terminal cells of a text. */
export function widthOf(text: string): number {
  return isAscii(text) ? text.length : truncatedWidth(text).width
}

/** Cuts a text to a number of cells, never in the middle of a character. */
export function cutToWidth(text: string, width: number): string {
  if (isAscii(text)) return text.slice(0, Math.max(0, width))
  return text.slice(0, truncatedWidth(text, { limit: Math.max(0, width), ellipsis: '' }).index)
}

/** Pads a text to a number of cells. */
export function padToWidth(text: string, width: number): string {
  return `${text}${' '.repeat(Math.max(0, width - widthOf(text)))}`
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}
