import type { Explanation } from '../explained.js'

const shortcut = 'a shortcut: the long way comes to the same'

const line = (file: string, source: string, because: string, ...mutators: readonly string[]): Explanation => ({
  target: 'bs-list',
  file: `discovery-bootstrap/src/${file}`,
  source,
  because,
  ...(mutators.length > 0 ? { mutators } : {}),
})

/** Survivors of the reader of bootstrap lists. */
export const bsListExplanations: readonly Explanation[] = [
  line('list-reader.ts', 'const isPlain = plain.read(this.#text, start, end) && !plain.special', shortcut),
  line(
    'list-reader.ts',
    'if (!isPlain || port === null) this.#readUnusual(this.#text.slice(start, end))',
    shortcut,
    'ConditionalExpression',
  ),
  line('list-scanner.ts', 'leading = true', 'it is set before the first item is looked for', 'BooleanLiteral'),
  line(
    'plain-endpoint.ts',
    'if (digits === 0 || number > 255 || addressEnd >= 0) return false',
    'no address ends at the start of the text',
    'EqualityOperator',
  ),
  line(
    'plain-endpoint.ts',
    'else if (code === COLON && dots === 3) addressEnd = offset',
    'a colon that comes too early leaves too few dots, which is refused at the end',
    'ConditionalExpression',
  ),
  line('plain-endpoint.ts', 'if (addressEnd < 0) {', 'no address ends at the start of the text', 'EqualityOperator'),
  line(
    'plain-endpoint.ts',
    'return first === 0 || first === 127 || first === 169 || first >= 224',
    shortcut,
    'ConditionalExpression',
  ),
]
