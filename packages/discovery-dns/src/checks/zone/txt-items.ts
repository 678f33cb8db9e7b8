import { type ClusterName, clusterNameFault, clusterNameKey, parseClusterName } from '@pstorage/discovery-core'

/** The length of the longest character-string (RFC 1035 section 3.3). */
export const FULL_STRING = 255
// Dashes that word processors and rendered manual pages use for a minus.
const dashes = /[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g

/** One item of a TXT record, between two commas. */
interface TxtItem {
  readonly text: string
  /** The reason why it is no cluster name. */
  readonly fault: string | undefined
  /** The intended name, when only its dashes are wrong. */
  readonly intended: ClusterName | undefined
}

/** Decodes a character-string as UTF-8. */
export function decodeString(string: Uint8Array): string {
  return Buffer.from(string.buffer, string.byteOffset, string.length).toString('utf8')
}

/** Splits a character-string into its items, without empty ones. */
export function itemsOf(string: Uint8Array): readonly TxtItem[] {
  return decodeString(string)
    .split(',')
    .map((item) => item.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((text) => text !== '')
    .map((text) => {
      const plain = text.replace(dashes, '-')
      const isCorrectable = plain !== text && clusterNameFault(plain) === undefined
      return { text, fault: clusterNameFault(text), intended: isCorrectable ? parseClusterName(plain) : undefined }
    })
}

/** Returns true when a string may have been cut at its end. */
export function isFull(string: Uint8Array): boolean {
  return string.length === FULL_STRING && !decodeString(string).endsWith(',')
}

/** Returns the names of one record, with corrected ones and without invalid ones. */
export function validNames(strings: readonly Uint8Array[]): readonly ClusterName[] {
  return strings.flatMap((string) =>
    itemsOf(string).flatMap(({ text, fault, intended }) =>
      fault === undefined ? parseClusterName(text) : (intended ?? []),
    ),
  )
}

/** Encodes names as character-strings, each shorter than the limit, so that none looks cut. */
export function encodeStrings(names: readonly ClusterName[]): readonly Uint8Array[] {
  const strings: string[] = []
  for (const name of names) {
    const last = strings.at(-1)
    if (last === undefined || last.length + 1 + name.length >= FULL_STRING) strings.push(name)
    else strings[strings.length - 1] = `${last},${name}`
  }
  return strings.map((string) => Buffer.from(string))
}

/** Returns each name once, in its first spelling. */
export function withoutDuplicates(names: readonly ClusterName[]): readonly ClusterName[] {
  const seen = new Map<string, ClusterName>()
  for (const name of names) if (!seen.has(clusterNameKey(name))) seen.set(clusterNameKey(name), name)
  return [...seen.values()]
}
