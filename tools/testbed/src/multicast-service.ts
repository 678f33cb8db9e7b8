import { isIP, isIPv4 } from 'node:net'

/** One metadata server that a multicast host tells about. */
export interface MulticastService {
  /** The name of the instance: 1 to 63 octets of UTF-8, without a dot (dns-packet cannot write one; send bytes instead). */
  readonly instance: string
  /** The host it runs on, such as `mds1.local`; `.` for a service that is not to be had. */
  readonly host: string
  /** The addresses of the host, IPv4 and IPv6. Of services on one host, all are told. */
  readonly addresses: readonly string[]
  readonly port: number
  /** Default 0. */
  readonly priority?: number
  /** Default 0. */
  readonly weight?: number
  /** The keys of the TXT record; `true` for one without a value. Default none. */
  readonly txt?: Readonly<Record<string, string | Uint8Array | true>>
  /** Seconds; default 120, as RFC 6762 section 10 recommends for host names. */
  readonly ttl?: number
}

/** The service type of metadata servers. */
export const serviceType = '_pstorage._tcp.local'

/** A record as multicast-dns takes it. The cache-flush bit (RFC 6762 section 10.2) is on all but the shared PTR. */
export type MulticastRecord = { readonly name: string; readonly ttl: number; readonly flush: boolean } & (
  | { readonly type: 'PTR' | 'A' | 'AAAA'; readonly data: string }
  | { readonly type: 'TXT'; readonly data: Buffer[] }
  | { readonly type: 'SRV'; readonly data: ServiceData }
)

interface ServiceData {
  readonly target: string
  readonly port: number
  readonly priority: number
  readonly weight: number
}

/** The records of a service: first PTR, then SRV, TXT and the addresses. */
export function serviceRecords(service: MulticastService): readonly MulticastRecord[] {
  const { instance, host, port, priority = 0, weight = 0, addresses, txt = {}, ttl = 120 } = service
  const name = `${instance}.${serviceType}`
  const unique = { ttl, flush: true }
  return [
    { name: serviceType, type: 'PTR', ttl, flush: false, data: name },
    { name, type: 'SRV', ...unique, data: { target: host, port, priority, weight } },
    { name, type: 'TXT', ...unique, data: textStrings(txt) },
    ...addresses.map((data): MulticastRecord => {
      return { name: host, type: isIPv4(data) ? 'A' : 'AAAA', ...unique, data }
    }),
  ]
}

/** Returns the largest size of a record in octets: dns-packet does not compress names. */
export function recordSize({ name, data }: MulticastRecord): number {
  return nameSize(name) + 10 + dataSize(data)
}

/**
 * Refuses what dns-packet would write wrongly or throw at where it cannot be caught.
 *
 * @throws RangeError
 */
export function checkService(service: MulticastService): void {
  const { instance, host, port, priority = 0, weight = 0, addresses, txt = {}, ttl = 120 } = service
  const check = (isRight: boolean, what: string): void => {
    if (!isRight) throw new RangeError(`the service ${JSON.stringify(instance)}: ${what}`)
  }
  check(isLabel(instance), 'the instance name must be 1 to 63 octets without a dot')
  check(host === '.' || host.split('.').every(isLabel), 'the host must be labels of 1 to 63 octets, joined by dots')
  check(nameSize(host) <= 255 && nameSize(`${instance}.${serviceType}`) <= 255, 'a name has more than 255 octets')
  for (const number of [port, priority, weight]) check(isUint(number, 16), `${number} is no number of 16 bits`)
  check(isUint(ttl, 32), `the TTL is no number of 32 bits: ${ttl}`)
  for (const address of addresses) check(isIP(address) !== 0, `no IP address: ${JSON.stringify(address)}`)
  for (const string of textStrings(txt)) check(string.length <= 255, 'a TXT string has more than 255 octets')
}

function textStrings(txt: NonNullable<MulticastService['txt']>): Buffer[] {
  const strings = Object.entries(txt).map(([key, value]) => {
    return value === true ? Buffer.from(key) : Buffer.concat([Buffer.from(`${key}=`), Buffer.from(value)])
  })
  // A TXT record has at least one string (RFC 6763 section 6.1).
  return strings.length > 0 ? strings : [Buffer.alloc(0)]
}

function isLabel(label: string): boolean {
  const length = Buffer.byteLength(label)
  return length >= 1 && length <= 63 && !label.includes('.')
}

function isUint(value: number, bits: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 2 ** bits
}

function nameSize(name: string): number {
  return Buffer.byteLength(name) + 2
}

function dataSize(data: MulticastRecord['data']): number {
  // An address as text is longer than as octets.
  if (typeof data === 'string') return Math.max(nameSize(data), 16)
  if ('target' in data) return 6 + nameSize(data.target)
  return data.reduce((size, string) => size + 1 + string.length, 0)
}
