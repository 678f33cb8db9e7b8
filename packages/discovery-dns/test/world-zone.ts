import type { World } from '@pstorage/discovery-core/contract'

/** Zone text that publishes a world: names by TXT, endpoints by SRV with a host for each address. */
export function worldZone({ clusters }: World, origin: string): string {
  const hosts = new Map<string, string>()
  const hostOf = (address: string): string => {
    const host = hosts.get(address) ?? `h${hosts.size + 1}`
    hosts.set(address, host)
    return host
  }
  const names = clusters.map(({ name }) => `pstorage_clusters TXT "${quoted(name)}"`)
  const services = clusters
    .filter(({ name }) => Buffer.from(name).length <= 63)
    .flatMap(({ name, endpoints }) =>
      endpoints.map(({ address, port }) => `_pstorage._tcp.${label(name)} SRV 0 1 ${port} ${hostOf(address)}`),
    )
  const addresses = [...hosts].map(([address, host]) => `${host} ${address.includes(':') ? 'AAAA' : 'A'} ${address}`)
  const head = [
    `$ORIGIN ${origin}.`,
    '$TTL 300',
    '@ SOA ns hostmaster 1 3600 600 86400 300',
    ' NS ns',
    'ns A 127.0.0.1',
  ]
  // The suite publishes some endpoints twice; an RRset is a set (RFC 2181 section 5).
  return [...head, ...names, ...new Set(services), ...addresses, ''].join('\n')
}

/** Octets of a character-string in a zone file: RFC 1035 section 5.1. */
function quoted(text: string): string {
  return escaped(text, /[^ !#-[\]-~]/)
}

function label(text: string): string {
  return escaped(text, /[^A-Za-z0-9_-]/)
}

function escaped(text: string, unsafe: RegExp): string {
  const octets = [...Buffer.from(text)]
  return octets
    .map((octet) => {
      const character = String.fromCharCode(octet)
      return unsafe.test(character) ? `\\${String(octet).padStart(3, '0')}` : character
    })
    .join('')
}
