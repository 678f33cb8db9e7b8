import type { FuzzRandom } from './fuzz-random.js'

/** Insertions that break text: ends of lines, signs, quotes, control characters, look-alikes, halves of characters. */
const HOSTILE = [
  '\n',
  '\r',
  '\r\n',
  '\t',
  ' ',
  '\0',
  '\x1b[31m',
  '\x7f',
  '\u0085',
  '\u00a0',
  '\u2028',
  '\u202e',
  '\u2212',
  '\u200b',
  '\ufeff',
  '\ufffd',
  '\ud800',
  '\u{1f4a5}',
  '"',
  "'",
  '\\',
  '/',
  '//',
  '/*',
  '*/',
  '#',
  ';',
  ',',
  ':',
  '[',
  ']',
  '{',
  '}',
  '%',
  '@',
  '=',
  '-',
  '--',
  '.',
  '..',
  '0',
  '00',
  '256',
  '65535',
  '65536',
  '4294967296',
  '99999999999999999999',
  '1e9',
  '0x10',
  'NaN',
  '__proto__',
  'constructor',
] as const

/** Changes text in some places; `words` are the ones that mean something to its reader. */
export function mutateText(text: string, random: FuzzRandom, words: readonly [string, ...string[]]): string {
  let mutated = text
  for (let left = 1 + random.small(5); left > 0; left -= 1) mutated = mutatedOnce(mutated, random, words)
  return mutated.slice(0, LONGEST)
}

const LONGEST = 65_536

function mutatedOnce(text: string, random: FuzzRandom, words: readonly [string, ...string[]]): string {
  const at = random.below(text.length + 1)
  const end = at + 1 + random.small(12)
  const [before, inside, after] = [text.slice(0, at), text.slice(at, end), text.slice(end)]
  switch (random.below(9)) {
    case 0:
      return before + random.pick(HOSTILE) + inside + after
    case 1:
      return before + random.pick(HOSTILE) + after
    case 2:
      return before + random.pick(words) + inside + after
    case 3:
      return before + random.pick(words) + after
    case 4:
      return before + after
    case 5:
      return before + inside + inside + after
    case 6:
      return before + String.fromCharCode(random.oneIn(4) ? random.below(0x10000) : random.below(0x80)) + inside + after
    case 7:
      // A pattern that takes quadratic time shows on long runs only.
      return random.oneIn(64) ? before + inside.repeat(1 + random.below(400)) + after : after + before
    default:
      return before
  }
}
