import { canonicalAddress, clusterNameFault, quoteText } from '@pstorage/discovery-core'

/** The likely meaning of a text that is no name of a cluster: dig and avahi-browse take names of other kinds. */
interface NameMeaning {
  /** One line. */
  readonly fault: string
  /** The name of the cluster, where there is one. */
  readonly cluster?: string
  /** The options that go with it; may be empty. */
  readonly options: string
}

/** The owner of SRV records: `_pstorage._tcp.NAME`, with or without a domain. */
const owner = /^_[A-Za-z0-9-]+\._(?:tcp|udp)\.([^.]+)(?:\.([^.].*?))?\.?$/
/** The type of the service of DNS-SD (RFC 6763 section 4.1), with or without an instance. */
const service = /^(?:([^.]+)\.)?_pstorage\._tcp(?:\.local)?\.?$/i
const nameAndDomain = /^((?!-)[A-Za-z0-9_-]{1,63})\.([A-Za-z0-9_-](?:[A-Za-z0-9_.-]{0,250}[A-Za-z0-9_-])?)\.?$/
const nameAndMore = /^((?!-)[A-Za-z0-9_-]{1,63})[./]$/

/**
 * Returns why a text is no name of a cluster, and what to write instead.
 *
 * @param text the text without its password
 */
export function nameHint(whole: string, text: string): string | undefined {
  const { fault, cluster, options } = meaningOf(whole) ?? meaningOf(text) ?? {}
  if (fault === undefined) return undefined
  const meant = [cluster, options].filter((part) => part).join(' ')
  return meant === '' ? fault : `${fault}; did you mean ${meant}`
}

/** Returns the command that was likely meant by a text in its place: `resolve my-cluster --domain example.org`. */
export function commandOfName(text: string): string | undefined {
  const { cluster, options } = meaningOf(text) ?? {}
  if (cluster !== undefined) return `resolve ${cluster} ${options}`.trimEnd()
  if (options?.startsWith('--server')) return `resolve CLUSTER ${options}`
  return options?.startsWith('discover') ? options : undefined
}

function meaningOf(text: string): NameMeaning | undefined {
  if (text.startsWith('@')) return { fault: 'it names no cluster', options: `--server ${serverOf(text.slice(1))}` }
  const [ofService, instance] = service.exec(text) ?? []
  if (ofService !== undefined) {
    if (instance === undefined)
      return { fault: 'it is the type of all clusters', options: 'discover --backend zeroconf' }
    if (clusterNameFault(instance) !== undefined) return undefined
    return { fault: 'name the cluster alone', cluster: instance, options: '--backend zeroconf' }
  }
  const [, ofOwner, below] = owner.exec(text) ?? []
  if (ofOwner !== undefined && clusterNameFault(ofOwner) === undefined) {
    const isDomain = below !== undefined && nameAndDomain.test(`${ofOwner}.${below}`)
    return { fault: 'name the cluster alone', cluster: ofOwner, options: isDomain ? `--domain ${below}` : '' }
  }
  // As in the output of dig, in a URL, or with a port.
  const address = text.replace(/#\d+$/, '').replace(/^\[(.*)\](?::\d+)?$/, '$1')
  if (canonicalAddress(address) !== undefined) {
    return { fault: 'it is an address; name the cluster, and give the address with -b', options: '' }
  }
  const [, cluster, domain] = nameAndDomain.exec(text) ?? []
  if (cluster !== undefined && domain !== undefined) {
    return { fault: 'a cluster name has no dots', cluster, options: `--domain ${domain}` }
  }
  const [, name] = nameAndMore.exec(text) ?? []
  return name === undefined ? undefined : { fault: `it ends with "${text.slice(-1)}"`, cluster: name, options: '' }
}

/** Writes the server that dig takes as `@127.0.0.1#5353` as an option takes it. */
function serverOf(text: string): string {
  const [, written = '', port] = /^(.*?)(?:#(\d{1,5}))?$/s.exec(text) ?? []
  const address = canonicalAddress(written)
  if (address === undefined) return quoteText(text, { maxLength: 80 })
  const end = port === undefined ? '' : `:${port}`
  // Brackets mean something to a shell.
  return address.includes(':') ? `'[${address}]${end}'` : `${address}${end}`
}
