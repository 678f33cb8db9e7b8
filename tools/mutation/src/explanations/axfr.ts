import type { Explanation } from '../explained.js'

const slower = 'the same is found: it takes longer'
const atStart = 'it is at the start of its entry, 0 octets from there'
const sameTtl = 'the TTL that is there is written again'

const line = (file: string, source: string, because: string, ...mutators: readonly string[]): Explanation => ({
  target: 'axfr',
  file: `discovery-dns/src/${file}`,
  source,
  because,
  mutators,
})

/** Survivors of zone transfers. */
export const axfrExplanations: readonly Explanation[] = [
  line(
    'collected-names.ts',
    'const shared = this.#table === undefined ? this.#list.sharedWithLast(bytes, start, end) : 0',
    'the list is empty once there is a table, and shares nothing with any name',
    'ConditionalExpression',
  ),
  line('message-framing.ts', 'if (this.#held > 0) {', slower, 'ConditionalExpression', 'EqualityOperator'),
  line(
    'message-framing.ts',
    'if (held > this.#memory.length) {',
    'memory is made more often: it takes longer',
    'ConditionalExpression',
    'EqualityOperator',
  ),
  line(
    'name-list.ts',
    'const MOST_OCTETS = REST + TTL_OCTETS + LONGEST_NAME',
    'it is made with the module, before the mutant is there: changed by hand, three tests fail',
    'ArithmeticOperator',
  ),
  line(
    'name-list.ts',
    'const most = Math.min(end - start, this.#lastSize)',
    'a name that is the front of the last one is below it, whatever follows',
    'ArithmeticOperator',
  ),
  line('name-list.ts', 'if (order === 0 && ttl < this.#lastTtl) this.#lastTtl = ttl', sameTtl, 'EqualityOperator'),
  line(
    'name-list.ts',
    'for (let from = start + shared, to = shared; from < end; from++, to++) last[to] = bytes[from] as number // of the name',
    'an octet after the name is not read',
    'EqualityOperator',
  ),
  line('name-list.ts', 'block[at + SHARED] = shared', atStart, 'ArithmeticOperator'),
  line('name-list.ts', 'block[at + SHARED] = shared | HAS_TTL', atStart, 'ArithmeticOperator'),
  line('name-list.ts', 'if (this.#end > LAST_PLACE) {', 'the next block begins one entry earlier', 'EqualityOperator'),
  line(
    'name-list.ts',
    'for (let copy = start; copy < to; copy += WORD, from += WORD)',
    'some octets more, which come to lie where others are put next',
    'EqualityOperator',
  ),
  line(
    'name-list.ts',
    '} while (count < NAMES_AT_ONCE && isEntry(block, at))',
    'names one by one are the same names: it takes longer',
    'ConditionalExpression',
    'EqualityOperator',
  ),
  line(
    'name-table.ts',
    'if (block.readInt32LE(at + HASH) === hash && isSame(block, at, bytes, start, end)) {',
    'the hash is there to compare few names, and is at the start of its entry',
    'ConditionalExpression',
    'ArithmeticOperator',
  ),
  line(
    'name-table.ts',
    'if (ttl < block.readUInt32LE(at + TTL)) block.writeUInt32LE(ttl, at + TTL)',
    sameTtl,
    'EqualityOperator',
  ),
  line(
    'name-table.ts',
    'if (2 * this.#count > places.length) this.#grow()',
    'the table grows one name earlier',
    'EqualityOperator',
  ),
  line(
    'name-table.ts',
    'for (let at = 0; at < BLOCK_OCTETS - NAME && block[at + SIZE] !== 0; at += NAME + block.readUInt8(at + SIZE)) {',
    'what would begin there has no room for a name',
    'EqualityOperator',
  ),
  line(
    'name-table.ts',
    'if (this.#end + NAME + end - start > BLOCK_OCTETS) {',
    'the next block begins one entry earlier',
    'EqualityOperator',
  ),
  line('name-table.ts', 'block.writeInt32LE(hash, at + HASH)', atStart, 'ArithmeticOperator'),
  line(
    'name-table.ts',
    'let place = block.readInt32LE(at + HASH) & (places.length - 1)',
    atStart,
    'ArithmeticOperator',
  ),
  line(
    'name-table.ts',
    'for (let at = start; at < end; at++) hash = (Math.imul(hash, this.#key) + lowerCase(bytes[at] as number)) | 0 // of the name',
    'another hash, which is as good',
    'ArithmeticOperator',
  ),
  line(
    'transfer-names.ts',
    'if (pointer === this.#pointer && message === this.#message) return true',
    slower,
    'ConditionalExpression',
  ),
  line(
    'transfer-names.ts',
    'if (pointer >= 0xc000) {',
    'no name begins at octet 0; where no pointer is remembered the same is found, and it takes longer',
    'EqualityOperator',
    'ConditionalExpression',
    'BlockStatement',
  ),
]
