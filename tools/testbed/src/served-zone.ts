import type { TransferKey } from './transfer-key.js'

/** The address of another name server. */
export interface ServerAddress {
  readonly address: string
  readonly port: number
}

/** A zone that is transferred from its primary. */
export interface TransferredZone {
  readonly transferFrom: ServerAddress
  /** The name of the key, one of `keys`, that signs the questions; default: none does. */
  readonly key?: string
}

/** A zone that a real server serves: its text, which needs no `$ORIGIN`, or where it is transferred from. */
export type ServedZone = string | TransferredZone

/** Clients that may transfer zones: all, none, or those that sign with one of `keys`. */
export type TransferPermission = 'any' | 'none' | { readonly key: string }

/** Settings that every real server with zones has. */
export interface ZoneSettings {
  /** The zones by name. */
  readonly zones?: Readonly<Record<string, ServedZone>>
  /** The keys of transaction signatures that it knows (TSIG, RFC 8945). */
  readonly keys?: readonly TransferKey[]
}

/** The file of a zone inside the directory of a server: a number, since a zone's name may not be one for a file. */
export function zoneFile(index: number): string {
  return `zone-${index}`
}

/** The texts of all zones that have one, by file. */
export function zoneFiles({ zones = {} }: ZoneSettings): Readonly<Record<string, string>> {
  const texts = Object.values(zones).map((zone, index) => [zoneFile(index), zone] as const)
  return Object.fromEntries(texts.flatMap(([file, zone]) => (typeof zone === 'string' ? [[file, zone]] : [])))
}
