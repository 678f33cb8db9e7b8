import {
  type ClusterName,
  canonicalAddress,
  clusterNameFault,
  parseClusterName,
  parseEndpoint,
} from '@pstorage/discovery-core'

/** The cluster and the addresses of a share string; its password is dropped. */
export interface ShareString {
  readonly cluster: ClusterName
  /** `IP[:PORT]`, in the order of the text. */
  readonly addresses: readonly string[]
}

/** The fault of a text that is no share string. */
export interface ShareStringFault {
  readonly part: 'address' | 'name' | 'password'
  /** The part, not escaped and without what may be a password; for a password, the name before it. */
  readonly text: string
  /** One line. */
  readonly fault: string
}

/** `NAME:`, unless it goes on as in a list of host names: `NAME:/`, `NAME:2510,`, `NAME:2510:/`. */
const nameAndColon = /^[A-Za-z0-9_-]+:(?!\/|[0-9]{1,5}(?:,|:\/))/
/** `http://` and the like: no list, however it goes on. */
const otherScheme = /^[^:/]*:\/\//

/**
 * Parses `[MDS1[,MDS2]...:/]NAME[:PASSWORD]`, as OpenStack has it in its lists of shares, from the first character to the
 * last. Each `MDS` is `IP[:PORT]`.
 *
 * A password may hold anything but blanks, `:/` too. What could be read as a host name or as IPv6 without brackets before
 * `:/` is refused, not taken for a name and its password.
 */
export function parseShareString(text: string): ShareString | ShareStringFault {
  if (otherScheme.test(text) || canonicalAddress(text) !== undefined) return nameFault(text)
  const end = hasList(text) ? text.indexOf(':/') : -1
  const addresses = end < 0 ? [] : text.slice(0, end).split(',')
  for (const address of addresses) {
    const fault = addressFault(address)
    if (fault !== undefined) return { part: 'address', text: withoutPassword(address), fault }
  }
  const nameAndPassword = end < 0 ? text : text.slice(end + 2)
  const colon = nameAndPassword.indexOf(':')
  const name = colon < 0 ? nameAndPassword : nameAndPassword.slice(0, colon)
  if (clusterNameFault(name) !== undefined) return nameFault(name)
  const password = colon < 0 ? undefined : nameAndPassword.slice(colon + 1)
  if (password === '') return { part: 'password', text: name, fault: 'it is empty; leave out the ":"' }
  if (password !== undefined && /\s/.test(password)) {
    return { part: 'password', text: name, fault: 'it has a blank in it, or something follows it' }
  }
  return { cluster: parseClusterName(name), addresses }
}

function hasList(text: string): boolean {
  const [first = ''] = text.split(/,|:\//, 1)
  return !nameAndColon.test(text) || canonicalAddress(first) !== undefined
}

/** Parses a text that is a name and nothing else. */
export function parseNameAlone(text: string): ShareString | ShareStringFault {
  return clusterNameFault(text) === undefined ? { cluster: parseClusterName(text), addresses: [] } : nameFault(text)
}

/** Cuts a text at its first colon that is no part of an IPv6 address in brackets: a password may follow it. */
export function withoutPassword(text: string): string {
  const [before = ''] = /^(?:\[[0-9A-Fa-f:.]*\]|[^:]*)/.exec(text) ?? []
  return before.length < text.length ? `${before}:...` : text
}

function nameFault(text: string): ShareStringFault {
  return { part: 'name', text: withoutPassword(text), fault: clusterNameFault(text) ?? 'it is no name' }
}

/** Returns the fault of an address without the message of the parser, which quotes the text. */
function addressFault(text: string): string | undefined {
  if (text === '') return 'an address is missing before ":/"'
  try {
    parseEndpoint(text)
    return undefined
  } catch {
    return 'before ":/" must be IP[:PORT], separated by commas; IPv6 in brackets'
  }
}
