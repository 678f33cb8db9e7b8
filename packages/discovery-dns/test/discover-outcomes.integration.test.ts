import { type DnsRecord, type HostileQuery, hostileServer, reply, type TcpScript } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { discovered } from './asked.js'
import { answer, domain, soaOf } from './good-zone.js'

const [SOA, TXT] = [6, 16]
const soa = soaOf(domain)
const list = (strings: readonly string[]): DnsRecord => ({ name: `pstorage_clusters.${domain}`, type: 'TXT', strings })
const whole = (...records: readonly DnsRecord[]): TcpScript => {
  return (query) => reply(query, { answers: [soa, ...records, soa] })
}

/** The result of the query for TXT: names, a denial, or nothing to rely on. */
const txtAnswers = {
  'lists a cluster': { means: 'names', answer: (query: HostileQuery) => answer(query, [list(['listed'])]) },
  'lists nothing': { means: 'denial', answer: (query: HostileQuery) => answer(query, [list([''])]) },
  // Somebody wanted to list something, so that a transfer is tried, and nothing is denied.
  'lists nothing that is a name': { means: 'rubbish', answer: (query: HostileQuery) => answer(query, [list(['a b'])]) },
  'says NXDOMAIN': { means: 'denial', answer: (query: HostileQuery) => answer(query, []) },
  'says NODATA': {
    means: 'denial',
    answer: (query: HostileQuery) => reply(query, { authorities: [soa] }),
  },
  'says REFUSED': { means: 'nothing', answer: (query: HostileQuery) => reply(query, { rcode: 'REFUSED' }) },
  'says SERVFAIL': { means: 'nothing', answer: (query: HostileQuery) => reply(query, { rcode: 'SERVFAIL' }) },
  'only refers to others': {
    means: 'nothing',
    answer: (query: HostileQuery) => reply(query, { authorities: [{ name: domain, type: 'NS', target: 'ns.test' }] }),
  },
} as const

const transfers: Readonly<Record<string, { readonly means: 'names' | 'denial' | 'nothing'; readonly tcp: TcpScript }>> =
  {
    'has a cluster': {
      means: 'names',
      tcp: whole({ name: `_pstorage._tcp.c1.${domain}`, type: 'SRV', port: 2510, target: `h1.${domain}` }),
    },
    'has an alias': {
      means: 'names',
      tcp: whole({ name: `_pstorage._tcp.c1.${domain}`, type: 'CNAME', target: 'x.test' }),
    },
    'is whole and empty': { means: 'denial', tcp: whole() },
    'has a zone cut': { means: 'nothing', tcp: whole({ name: `sub.${domain}`, type: 'NS', target: 'ns.other.test' }) },
    'is refused': { means: 'nothing', tcp: (query) => reply(query, { rcode: 'REFUSED' }) },
    'is not implemented': { means: 'nothing', tcp: (query) => reply(query, { rcode: 'NOTIMP' }) },
    fails: { means: 'nothing', tcp: (query) => reply(query, { rcode: 'SERVFAIL' }) },
    'is cut short': { means: 'nothing', tcp: (query) => [reply(query, { answers: [soa] }), 'end'] },
    'changes each time': { means: 'nothing', tcp: (query) => reply(query, { answers: [soa, soaOf(domain, 2)] }) },
    'has no server': { means: 'nothing', tcp: 'closed' },
  }

const rows = (['auto', 'always', 'never'] as const).flatMap((axfr) =>
  Object.entries(txtAnswers).flatMap(([txt, asked]) =>
    Object.entries(transfers).map(([transfer, { tcp, means }]) => {
      const isTried = axfr === 'always' || (axfr === 'auto' && (asked.means === 'denial' || asked.means === 'rubbish'))
      const said = [asked.means, ...(isTried ? [means] : [])]
      const isDenied = said.every((each) => each === 'denial')
      const outcome = said.includes('names') ? 'found' : isDenied ? 'absent' : 'undetermined'
      return { axfr, txt, transfer, answer: asked.answer, tcp, outcome }
    }),
  ),
)

describe('discover', () => {
  it.each(rows)(
    'axfr $axfr, TXT $txt, the transfer $transfer: $outcome',
    async ({ axfr, answer: ask, tcp, outcome }) => {
      await using server = await hostileServer({
        udp: (query) => (query.type === TXT ? ask(query) : query.type === SOA ? answer(query, []) : []),
        tcp,
      })
      const report = await discovered([server], { axfr, timeout: 2_000 })
      expect(report.outcome).toBe(outcome)
      expect(report.attempts.map(({ method }) => method).toSorted()).toEqual(['dns-axfr', 'dns-txt'])
    },
  )
})
