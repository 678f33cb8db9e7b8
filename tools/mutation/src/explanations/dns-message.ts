import type { Explanation } from '../explained.js'

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
    'name-compare.ts',
    'for (let i = end.length - 1; i >= 0; i--) {',
    'labels that are not there are alike',
    'ArithmeticOperator',
  ),
  line('name-compare.ts', 'if (a === b) {', shortcut),
  line(
    'name-check.ts',
    'for (let i = 0; i < label.length; i++) {',
    'the character after the last one is no number, and no number above 255',
    'EqualityOperator',
  ),
  line(
    'message-scan.ts',
    'for (let index = this.#owners.length - 1; index >= this.answers; index--) {',
    'there is no type beyond the last record',
    'ArithmeticOperator',
  ),
  line(
    'message-scanner.ts',
    'const most = Math.min(promised, Math.floor((bytes.length - HEADER_SIZE) / SHORTEST_RECORD))',
    'all records that are promised are there in the end: until then it would only take more memory',
    'ArithmeticOperator',
  ),
  line(
    'name-scanner.ts',
    'if (hops + (place > 0 ? place & HOPS_MASK : 0) > this.#limits.pointerHops) {',
    'where nothing begins the name is refused before',
    'EqualityOperator',
  ),
  line(
    'name-scanner.ts',
    'return place > 0 ? place : this.#passInside(target, -place, hops)',
    'where nothing begins the name is refused before',
    'EqualityOperator',
  ),
  line(
    'name-scanner.ts',
    'while (start > 0 && places[start] === 0) start--',
    'nothing begins at octet 0, and nothing is before it: no label is found from either',
    'ConditionalExpression',
    'EqualityOperator',
  ),
  line('name-scanner.ts', 'if (start < POINTABLE) places[start] = place', beyondPlaces),
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
  line(
    'name-text.ts',
    'const TOKEN = /\\.|\\\\\\d{3}|\\\\\\D|\\\\|[^.\\\\]+/gs',
    'characters one by one are the same characters: it takes longer',
    'Regex',
  ),
  line('scanned-name.ts', 'while (passed < labels.length && bytes[at + passed] === labels[passed]) passed++', shortcut),
  line('scanned-name.ts', 'if (passed === labels.length) return at + passed', shortcut, 'ConditionalExpression'),
  line('name-utf8.ts', 'const ASCII = /^[\\0-\\x7f]*$/', shortcut, 'Regex'),
  line('name-utf8.ts', 'if (ASCII.test(label)) {', shortcut),
  line('name-utf8.ts', 'if (ASCII.test(text)) {', shortcut),
  line('name-utf8.ts', '} catch {', 'a function that ends returns undefined'),
  line(
    'record-data-reader.ts',
    'const next = at + 4 + (end - at < 4 ? 0 : uint16(bytes, at + 2))',
    'where the header of the option is cut off, any length goes past the end',
    'ConditionalExpression',
    'ArithmeticOperator',
  ),
  line(
    'record-data-scanner.ts',
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
    'replies-to.ts',
    'if (bytes.length < HEADER_SIZE || uint16(bytes, 0) !== uint16(query, 0)) return false',
    unreachable,
    'ConditionalExpression',
  ),
  line('replies-to.ts', 'if (bytes.length < end) return false', unreachable, 'ConditionalExpression'),
]
