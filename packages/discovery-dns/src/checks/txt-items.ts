import { type ClusterName, clusterNameFault, clusterNameKey, parseClusterName } from '@pstorage/discovery-core'

/** The longest character-string (RFC 1035 section 3.3). */
export const FULL_STRING = 255
// Dashes that word processors and rendered manual pages put where a minus is meant.
const dashes = /[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g

/** One item of a TXT record, between two commas. */
export interface TxtItem {
  readonly text: string
  /** Why it is no cluster name. */
  readonly fault: string | undefined
  /** The name that is meant where only its dashes are wrong. */
  readonly meant: ClusterName | undefined
}

/** A character-string as text. */
export function stringText(string: Uint8Array): string {
  return Buffer.from(string.buffer, string.byteOffset, string.length).toString('utf8')
}

/** The items of a character-string; empty ones are none. */
export function itemsOf(string: Uint8Array): readonly TxtItem[] {
  return stringText(string)
    .split(',')
    .map((item) => item.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((text) => text !== '')
    .map((text) => {
      const plain = text.replace(dashes, '-')
      const isMeant = plain !== text && clusterNameFault(plain) === undefined
      return { text, fault: clusterNameFault(text), meant: isMeant ? parseClusterName(plain) : undefined }
    })
}

/** Whether a string may have been cut at its end. */
export function isFull(string: Uint8Array): boolean {
  return string.length === FULL_STRING && !stringText(string).endsWith(',')
}

/** The names of one record. Invalid items are left out, mended ones are in. */
export function goodNames(strings: readonly Uint8Array[]): readonly ClusterName[] {
  return strings.flatMap((string) =>
    itemsOf(string).flatMap(({ text, fault, meant }) => (fault === undefined ? parseClusterName(text) : (meant ?? []))),
  )
}

/** Character-strings of these names, each with room before its end, so that nothing looks cut. */
export function stringsOf(names: readonly ClusterName[]): readonly Uint8Array[] {
  const strings: string[] = []
  for (const name of names) {
    const last = strings.at(-1)
    if (last === undefined || last.length + 1 + name.length >= FULL_STRING) strings.push(name)
    else strings[strings.length - 1] = `${last},${name}`
  }
  return strings.map((string) => Buffer.from(string))
}

/** Names each once, in the spelling that comes first. */
export function withoutDuplicates(names: readonly ClusterName[]): readonly ClusterName[] {
  const seen = new Map<string, ClusterName>()
  for (const name of names) if (!seen.has(clusterNameKey(name))) seen.set(clusterNameKey(name), name)
  return [...seen.values()]
}
