import type { Explanation } from '../explained.js'

const message = 'only the wording of an error changes'
const shortcut = 'a shortcut: the long way comes to the same'
const unreachable = 'other conditions already see to it, so that it never decides alone'
const beyondPlaces = 'nothing at 0x4000 or beyond can be pointed to, and an array of integers takes no note of it'

const line = (file: string, source: string, because: string, ...mutators: readonly string[]): Explanation => ({
  target: 'dns-message',
  file: `dns-message/src/${file}`,
  source,
  because,
  ...(mutators.length > 0 ? { mutators } : {}),
})

/** Survivors of the reader of messages. */
export const dnsMessageExplanations: readonly Explanation[] = [
  line(
    'address-text.ts',
    'if (longestEnd === 5 && longest === 5 && groups[5] === 0xffff) {',
    'five zero groups before one that is not zero can end nowhere but there',
    'ConditionalExpression',
  ),
  line('address-text.ts', 'if (longestEnd < 0) {', 'a run has an end above 0', 'EqualityOperator'),
  line(
    'message-reader.ts',
    "where.fail('ERR_MESSAGE_TRAILING', `${bytes.length - this.#offset} octets too many`, this.#offset)",
    message,
  ),
  line(
    'message-reader.ts',
    '`${end - start} octets of RDATA in a message that has ${bytes.length - start} left`,',
    message,
  ),
  line(
    'message-reader.ts',
    "this.where.fail('ERR_MESSAGE_TRUNCATED', `${this.bytes.length - at} octets left for fields of ${size}`, at)",
    message,
  ),
  line(
    'name-compare.ts',
    'return name.length >= ancestor.length && endsWith(name, ancestor)',
    'labels that are not there are like no label, since none is empty',
    'ConditionalExpression',
  ),
  line(
    'name-compare.ts',
    'for (let i = end.length - 1; i >= 0; i--) {',
    'labels that are not there are alike',
    'ArithmeticOperator',
  ),
  line('name-compare.ts', 'if (a === b) {', shortcut),
  line(
    'name-reader.ts',
    'readonly #known: KnownName[] = []',
    'names are found by where they were put, wherever it begins',
  ),
  line(
    'name-reader.ts',
    'if (place === undefined || place === 0) {',
    'a name that would end at octet 0 is refused with the same code',
  ),
  line(
    'name-reader.ts',
    'const known = place > 0 ? this.#at(target, place) : undefined',
    'places of opaque octets belong to no name',
  ),
  line(
    'name-reader.ts',
    'if (name === undefined || depth === 0) {',
    'a place above 0 belongs to a name: the compiler does not know',
    'ConditionalExpression',
  ),
  line('name-reader.ts', 'if (end < POINTABLE) {', beyondPlaces),
  line('name-reader.ts', 'if (at < POINTABLE) {', beyondPlaces),
  line('name-reader.ts', 'if (start < POINTABLE) {', 'a name that cannot be pointed to would be kept for nothing'),
  line('name-reader.ts', 'const labels = new Array<string>(depth + rest.length)', shortcut),
  line(
    'name-reader.ts',
    "return end - start > COPIED_SLICE ? this.#bytes.toString('latin1', start, end) : this.#text.slice(start, end)",
    'both ways make the same label: one of them keeps less memory',
  ),
  line('name-utf8.ts', 'if (ASCII.test(label)) {', shortcut),
  line('name-utf8.ts', 'if (ASCII.test(text)) {', shortcut),
  line('name-utf8.ts', '} catch {', 'a function that ends returns undefined'),
  line(
    'record-class.ts',
    'const names: ReadonlyMap<number, string> = new Map(Object.entries(RecordClass).map(([name, value]) => [value, name]))',
    'the module cannot be loaded with it, so that no test runs, which is taken for survival',
  ),
  line(
    'record-data-reader.ts',
    'if (end - start < 7) {',
    'the target is missing then, which is refused with the same code',
  ),
  line(
    'record-data-reader.ts',
    "where.fail('ERR_MESSAGE_RDATA', `RDATA of ${end - start} octets, less than 7,`, start)",
    message,
  ),
  line(
    'record-data-reader.ts',
    'const next = at + 4 + (end - at < 4 ? 0 : uint16(bytes, at + 2))',
    'where the header of the option is cut off, any length goes past the end',
    'ConditionalExpression',
    'ArithmeticOperator',
  ),
  line(
    'record-data-reader.ts',
    'return start === end ? NO_OCTETS : viewOf(bytes, start, end)',
    'empty octets are like other empty octets: one of them keeps less memory',
  ),
  line(
    'record-data-reader.ts',
    "source.where.fail('ERR_MESSAGE_RDATA', `${end - start} octets of RDATA instead of ${size}`, start)",
    message,
  ),
  line(
    'record-data-reader.ts',
    "source.where.fail('ERR_MESSAGE_RDATA', `${end - at} octets of RDATA too many`, at)",
    message,
  ),
  line(
    'replies-to.ts',
    'if (bytes.length < HEADER_SIZE || uint16(bytes, 0) !== uint16(query, 0)) return false',
    unreachable,
    'ConditionalExpression',
  ),
  line('replies-to.ts', 'if (bytes.length < end) return false', unreachable, 'ConditionalExpression'),
]
