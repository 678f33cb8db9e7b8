/** A word of a zone file: plain or in quotes, with the escapes of RFC 1035 section 5.1. */
const word = /(?:[!#-'*-:<-?A-[\]-~]|\\(?:[0-9]{3}|[ -/:-~]))+|"(?:[ !#-[\]-~]|\\(?:[0-9]{3}|[ -/:-~]))*"/y
/** The parts of a record line: a name, a TTL, a class, a type and its fields. */
const types = new Map([
  ['A', 1],
  ['AAAA', 1],
  ['CNAME', 1],
  ['SRV', 4],
])

/**
 * Says what is wrong with a line of a remedy for a zone, read octet by octet as a name server reads it: it must be one record of
 * a whole name, or nothing. It shares no code with what writes such lines.
 */
export function zoneLineFault(line: string): string | undefined {
  const words: string[] = []
  for (let at = 0; at < line.length; ) {
    word.lastIndex = at
    const [found] = word.exec(line) ?? []
    if (found === undefined) return `not a word of a zone at ${at}: ${JSON.stringify(line)}`
    words.push(found)
    at += found.length
    if (at < line.length && line[at++] !== ' ') return `two words in one at ${at}: ${JSON.stringify(line)}`
  }
  if (words.length === 0) return undefined
  const [owner = '', ttl = '', recordClass, type = '', ...fields] = words
  const count = type === 'TXT' ? Math.max(1, fields.length) : types.get(type)
  const isName = /^(?:.*[^\\])?(?:\\\\)*\.$/.test(owner) && !owner.startsWith('"') && !/^[$;]/.test(owner)
  const isRecord = isName && /^[0-9]+$/.test(ttl) && recordClass === 'IN' && count === fields.length
  return isRecord ? undefined : `not a record: ${JSON.stringify(line)}`
}
