import { type Remedy, remedy } from '@pstorage/discovery-core/checks'
import { type Name, nameFromText, nameToText, type RecordData } from '@pstorage/dns-message'
import type { WrittenRecord, ZoneFacts } from './zone-facts.js'

/** The TTL of suggested records, unless they replace others: an hour. */
export const SUGGESTED_TTL = 3_600

/** Formats a name as in a zone file, absolute. */
export function formatZoneName(name: Name): string {
  return name.length === 0 ? '.' : `${nameToText(name)}.`
}

/** Formats a record as a line of a zone file (RFC 1035 section 5.1) that is valid under any `$ORIGIN`. */
export function formatZoneLine(owner: Name, ttl: number | undefined, data: RecordData): string {
  return `${formatZoneName(owner)} ${ttl ?? SUGGESTED_TTL} IN ${data.kind} ${dataText(data)}`
}

function dataText(data: RecordData): string {
  switch (data.kind) {
    case 'A':
    case 'AAAA':
      return data.address
    case 'TXT':
      return data.strings.map(quotedString).join(' ')
    case 'SRV':
      return `${data.priority} ${data.weight} ${data.port} ${formatZoneName(data.target)}`
    case 'NS':
    case 'CNAME':
    case 'PTR':
      return formatZoneName(data.target)
    default:
      throw new Error(`no line is formatted for ${data.kind}`)
  }
}

/** Formats a character-string in quotes; octets that are not printable ASCII become `\DDD`. */
function quotedString(string: Uint8Array): string {
  const characters = [...string].map((octet) => {
    if (octet === 0x22 || octet === 0x5c) return `\\${String.fromCharCode(octet)}`
    const isPlain = octet >= 0x20 && octet < 0x7f
    return isPlain ? String.fromCharCode(octet) : `\\${octet.toString().padStart(3, '0')}`
  })
  return `"${characters.join('')}"`
}

/** Creates a remedy that adds, replaces or removes lines of the zone. */
export function zoneRemedy(
  { apex, domain }: Pick<ZoneFacts, 'apex' | 'domain'>,
  { text, replaces = null }: { readonly text: string; readonly replaces?: string | null },
): Remedy {
  return remedy({ kind: 'zone', place: nameToText(apex ?? domain), replaces, text })
}

/**
 * Parses one line of a zone in canonical form, as `named-compilezone -F text` and `kzonecheck --print` write it: whole names,
 * a TTL, one record a line. Returns `undefined` for types that no check reads.
 */
export function parseZoneLine(line: string): WrittenRecord | undefined {
  const words = wordsOf(line)
  const [owner, ttl, ...others] = words
  if (owner === undefined || owner.startsWith(';') || !/^\d+$/.test(ttl ?? '')) return undefined
  const [type, ...fields] = others[0]?.toUpperCase() === 'IN' ? others.slice(1) : others
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

/** Splits a line at blanks; quoted words lose their quotes, and keep their escapes. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|((?:[^\s"\\]|\\.)+)/gs)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  )
}

/** Decodes a character-string (RFC 1035 section 5.1). */
function octetsOf(text: string): Uint8Array {
  const characters = [...text.matchAll(/\\(\d{3})|\\(.)|([^\\])/gsu)]
  return Buffer.concat(
    characters.map(([, code, escaped, plain]) =>
      code === undefined ? Buffer.from(escaped ?? plain ?? '') : Buffer.from([Number(code)]),
    ),
  )
}
