/** A fenced code block of a Markdown document. */
export interface CodeBlock {
  /** Path of the document from the root of the repository. */
  readonly document: string
  /** The line of the document, from 1, on which the code begins. */
  readonly line: number
  /** Columns by which the code is indented in the document. */
  readonly indent: number
  /** The first word after the fence, such as `ts`; empty when there is none. */
  readonly language: string
  /** The text after that word. */
  readonly mark: string
  readonly text: string
  /** False where the document ends before the fence is closed. */
  readonly closed: boolean
}

/** The fenced code blocks of a document, in order; those within a longer fence are part of it. */
export const codeBlocks = (document: string, markdown: string): readonly CodeBlock[] => {
  const blocks: CodeBlock[] = []
  const lines = markdown.split(/\r?\n/)
  for (let index = 0; index < lines.length; index++) {
    const opening = OPENING.exec(lines[index] ?? '')
    if (opening === null) continue
    const [, space = '', fence = '', language = '', mark = ''] = opening
    const first = index + 1
    const last = lines.findIndex((line, place) => place >= first && closes(line, fence))
    const end = last === -1 ? lines.length : last
    const text = lines.slice(first, end).map((line) => withoutIndent(line, space.length))
    blocks.push({
      document,
      line: first + 1,
      indent: space.length,
      language,
      mark: mark.trim(),
      text: text.join('\n'),
      closed: last !== -1,
    })
    index = end
  }
  return blocks
}

/** Of a fence of backticks the rest of the line has none (CommonMark 0.31 section 4.5). A list may indent it deeply. */
const OPENING = /^(\s*)(`{3,}(?=[^`]*$)|~{3,})\s*(\S*)(.*)$/

const closes = (line: string, fence: string): boolean => {
  const trimmed = line.trim()
  return trimmed.length >= fence.length && trimmed === (fence[0] ?? '').repeat(trimmed.length)
}

const withoutIndent = (line: string, indent: number): string => line.slice(0, indent).trimStart() + line.slice(indent)
