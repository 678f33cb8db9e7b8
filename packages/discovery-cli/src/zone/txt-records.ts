import type { ZoneRecord } from './zone-record.js'

/** Shorter than a full string (RFC 1035 section 3.3), which may look as if it had been cut. */
const LONGEST_STRING = 254
/** So much of a record that hundreds of them make no set that servers refuse for the number of its records. */
const LONGEST_RECORD = 4_000
/** What a response of 65,535 octets holds of them, beside its own parts. */
const LONGEST_SET = 60_000

/**
 * The TXT records that list cluster names: strings of at most 254 octets, each a comma-separated list of whole names.
 *
 * Gives `undefined` where they do not fit into one response: no server could answer then.
 *
 * @see pstorage-discovery(7), Discover available Pstorage clusters via DNS TXT records
 */
export function txtRecords(names: readonly string[]): readonly ZoneRecord[] | undefined {
  const strings = packed(names, ',', LONGEST_STRING).map((string) => `"${string}"`)
  const records = packed(strings, ' ', LONGEST_RECORD)
  if (records.reduce((sum, { length }) => sum + length + 12, 0) > LONGEST_SET) return undefined
  return records.map((data) => ({ owner: 'pstorage_clusters', type: 'TXT', data }))
}

/** Joins neighbours as long as they stay within a length. */
function packed(parts: readonly string[], separator: string, longest: number): readonly string[] {
  const packs: string[] = []
  for (const part of parts) {
    const last = packs.at(-1)
    if (last !== undefined && last.length + separator.length + part.length <= longest) {
      packs[packs.length - 1] = `${last}${separator}${part}`
    } else packs.push(part)
  }
  return packs
}
