import { type DnsQuery, type DnsRecord, type ReplyOptions, reply } from '@pstorage/testbed'

/** The domain of the zones that hostile servers answer from. */
export const domain = 'pstorage.test'

/** The SOA record of a domain. */
export const soaOf = (name: string, serial = 1): DnsRecord => ({ name, type: 'SOA', serial })

/** One cluster, alpha, with one MDS; beta is listed too, and has none. */
export const goodRecords: readonly DnsRecord[] = [
  { name: `pstorage_clusters.${domain}`, type: 'TXT', strings: ['alpha,beta'] },
  { name: `_pstorage._tcp.alpha.${domain}`, type: 'SRV', port: 2510, target: `h1.${domain}` },
  { name: `h1.${domain}`, type: 'A', address: '192.0.2.1' },
]

/** Tells whether a query is for the name that no cluster has, which shows a wildcard. */
export const isWildcardProbe = ({ name }: DnsQuery): boolean => name.includes('.-no-such-cluster.')

/** The endpoint of alpha. */
export const goodEndpoint = '192.0.2.1:2510'

const typeNumbers: Readonly<Record<string, number>> = { A: 1, NS: 2, CNAME: 5, SOA: 6, TXT: 16, AAAA: 28, SRV: 33 }

/** Answers as an authoritative server of these records does: with records, or with a denial and the SOA record. */
export function answer(
  query: DnsQuery,
  records: readonly DnsRecord[] = goodRecords,
  options: ReplyOptions = {},
  origin: string = domain,
): Buffer {
  const zone: readonly DnsRecord[] = [soaOf(origin), ...records]
  const own = zone.filter(({ name }) => String(name).toLowerCase() === query.name.toLowerCase())
  const answers = own.filter(({ type }) => type === query.type || typeNumbers[type] === query.type)
  if (answers.length > 0) return reply(query, { answers, ...options })
  return reply(query, { rcode: own.length > 0 ? 'NOERROR' : 'NXDOMAIN', authorities: [soaOf(origin)], ...options })
}
