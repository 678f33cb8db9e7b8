import truncatedWidth from 'fast-string-truncated-width'

/** How many cells of a terminal a text takes. */
export function widthOf(text: string): number {
  return isAscii(text) ? text.length : truncatedWidth(text).width
}

/** Cuts a text to at most so many cells, never in the middle of a character. */
export function cutToWidth(text: string, width: number): string {
  if (isAscii(text)) return text.slice(0, Math.max(0, width))
  return text.slice(0, truncatedWidth(text, { limit: Math.max(0, width), ellipsis: '' }).index)
}

/** Fills a text up to so many cells. */
export function padToWidth(text: string, width: number): string {
  return `${text}${' '.repeat(Math.max(0, width - widthOf(text)))}`
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}
