import { nameFromText, type RecordData } from '@pstorage/dns-message'
import type { WrittenRecord } from './written-zone.js'

/**
 * Reads one line of a zone in canonical form, as `named-compilezone -F text` and `kzonecheck --print` write it: whole names,
 * a TTL, one record a line. Types that no check looks at give `undefined`.
 */
export function canonicalRecord(line: string): WrittenRecord | undefined {
  const words = wordsOf(line)
  const [owner, ttl, ...rest] = words
  if (owner === undefined || owner.startsWith(';') || !/^\d+$/.test(ttl ?? '')) return undefined
  const [type, ...fields] = rest[0]?.toUpperCase() === 'IN' ? rest.slice(1) : rest
  const data = dataOf(type?.toUpperCase() ?? '', fields)
  return data === undefined ? undefined : { name: nameFromText(owner), ttl: Number(ttl), data }
}

function dataOf(type: string, fields: readonly string[]): RecordData | undefined {
  const [first = '', second, third, fourth = '.'] = fields
  switch (type) {
    case 'A':
    case 'AAAA':
      return { kind: type, address: first }
    case 'CNAME':
      return { kind: 'CNAME', target: nameFromText(first) }
    case 'SRV':
      return {
        kind: 'SRV',
        priority: Number(first),
        weight: Number(second),
        port: Number(third),
        target: nameFromText(fourth),
      }
    case 'TXT':
      return { kind: 'TXT', strings: fields.map(octetsOf) }
    default:
      return undefined
  }
}

/** Words between blanks; those in quotes lose them, and keep their escapes. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|((?:[^\s"\\]|\\.)+)/gs)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  )
}

/** What a character-string stands for (RFC 1035 section 5.1). */
function octetsOf(text: string): Uint8Array {
  const characters = [...text.matchAll(/\\(\d{3})|\\(.)|([^\\])/gsu)]
  return Buffer.concat(
    characters.map(([, code, escaped, plain]) =>
      code === undefined ? Buffer.from(escaped ?? plain ?? '') : Buffer.from([Number(code)]),
    ),
  )
}
