/**
 * Says which character of an entry does not belong into one, and what to write instead; `undefined` when all are
 * printable ASCII. Word processors and input methods leave such look-alikes behind.
 */
export function unusualCharacter(text: string): string | undefined {
  const character = /[^\x21-\x7e]/u.exec(text)?.[0]
  if (character === undefined) return undefined
  if (character === '\ufffd') return 'it has bytes that are not UTF-8'
  const name = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  if (/[\p{Z}\v\f\u0085]/u.test(character)) {
    return `${name} does not separate; write a comma, an ordinary blank, a tab or a semicolon`
  }
  if (/\p{Nd}/u.test(character)) return `${name} is a digit of another script; write 0 to 9`
  if (/[\p{Pd}\u2212]/u.test(character)) return `${name} is not the ASCII "-"`
  const plain = character.normalize('NFKC')
  if (/^[\x21-\x7e]$/.test(plain)) return `${name} is not the ASCII "${plain}"`
  return /\p{C}/u.test(character) ? `it has the invisible character ${name}` : `it has the character ${name}`
}
