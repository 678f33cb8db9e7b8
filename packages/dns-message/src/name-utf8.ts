/** A label read as UTF-8; undefined where it is not valid UTF-8. */
export function utf8Label(_label: string): string | undefined {
  throw new Error('unwritten')
}

/** The label that holds a text as UTF-8. */
export function labelFromUtf8(_text: string): string {
  throw new Error('unwritten')
}
