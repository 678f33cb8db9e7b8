import { type Name, nameToText, type RecordData } from '@pstorage/dns-message'

/** The TTL of records that are suggested where nobody has said another one: an hour. */
export const SUGGESTED_TTL = 3_600

/** A name as it stands in a zone, absolute. */
export function zoneName(name: Name): string {
  return name.length === 0 ? '.' : `${nameToText(name)}.`
}

/** One record as a line of a zone (RFC 1035 section 5.1), which means the same under any `$ORIGIN`. */
export function zoneLine(owner: Name, ttl: number | undefined, data: RecordData): string {
  return `${zoneName(owner)} ${ttl ?? SUGGESTED_TTL} IN ${data.kind} ${dataText(data)}`
}

function dataText(data: RecordData): string {
  switch (data.kind) {
    case 'A':
    case 'AAAA':
      return data.address
    case 'TXT':
      return data.strings.map(quotedString).join(' ')
    case 'SRV':
      return `${data.priority} ${data.weight} ${data.port} ${zoneName(data.target)}`
    case 'NS':
    case 'CNAME':
    case 'PTR':
      return zoneName(data.target)
    default:
      throw new Error(`no line is ever made of ${data.kind}`)
  }
}

/** A character-string in quotes; what is not printable ASCII becomes `\DDD`. */
function quotedString(string: Uint8Array): string {
  const characters = [...string].map((octet) => {
    if (octet === 0x22 || octet === 0x5c) return `\\${String.fromCharCode(octet)}`
    const isPlain = octet >= 0x20 && octet < 0x7f
    return isPlain ? String.fromCharCode(octet) : `\\${octet.toString().padStart(3, '0')}`
  })
  return `"${characters.join('')}"`
}
