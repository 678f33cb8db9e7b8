import type { Finding } from '@pstorage/discovery-core/checks'
import { nameFromText } from '@pstorage/dns-message'
import { remedyFaults } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import type { ServerFacts } from '../../src/checks/servers/server-facts.js'
import { checkTransports } from '../../src/checks/servers/server-transports.js'
import { checkDomains, checkSerials, checkServerZones } from '../../src/checks/servers/server-zones.js'
import { checkResolvConf, checkSearchList } from '../../src/checks/settings/resolv-conf.js'
import type { KeyFacts } from '../../src/checks/transfers/transfer-facts.js'
import { checkTransfers } from '../../src/checks/transfers/transfers.js'
import { checkSrvHosts } from '../../src/checks/zone/srv-hosts.js'
import { readWrittenZone } from '../../src/checks/zone/written-zone.js'
import { parseZoneLine } from '../../src/checks/zone/zone-line.js'
import { parseNameServer } from '../../src/config/name-server.js'
import { TsigKey } from '../../src/config/tsig-key.js'
import type { ServerFault } from '../../src/reply/server-fault.js'

const [one, two] = ['192.0.2.1', '192.0.2.2'].map((text) => parseNameServer(text)) as [
  ServerFault['server'],
  ServerFault['server'],
]
const faultOf = (code: string, status: ServerFault['status'] = 'failed'): ServerFault => ({
  server: one,
  status,
  code,
  reason: `said ${code}`,
})
const [good, other] = ['pstorage.test', 'other.test'].map(nameFromText) as [string[], string[]]

type Zone = ServerFacts['zones'][number]
const answers = (domain: readonly string[], serial = 1): Zone => ({
  domain,
  apex: domain,
  serial,
  isAbsent: false,
  fault: undefined,
})
const fails = (domain: readonly string[], code: string): Zone => ({
  ...answers(domain),
  serial: undefined,
  fault: faultOf(code, code === 'REFUSED' ? 'refused' : 'failed'),
})
const server = (
  name: ServerFault['server'],
  zones: readonly Zone[],
  reply: 'reply' | 'silence' = 'reply',
): ServerFacts => {
  const elapsed = reply === 'reply' ? 1 : undefined
  const fault = elapsed === undefined ? faultOf('ETIMEDOUT', 'timeout') : undefined
  return {
    server: name,
    zones,
    transports: [
      { transport: 'UDP', elapsed, fault },
      { transport: 'TCP', elapsed, fault },
    ],
  }
}
const file = {
  path: '/etc/resolv.conf',
  text: 'nameserver 192.0.2.1\nnameserver 192.0.2.2\n',
  fault: undefined,
  forServers: true,
  forDomains: true,
}

/** The texts of all remedies of findings that are not fine, none of which may do harm. */
const textsOf = (findings: Iterable<Finding>): readonly string[] => {
  const remedies = [...findings].filter(({ level }) => level !== 'ok').flatMap((found) => found.remedies)
  for (const { kind, text } of remedies) {
    expect(remedyFaults(kind === 'command' || kind === 'server' ? kind : 'other', text)).toEqual([])
  }
  return remedies.map(({ kind, replaces, text }) => (kind === 'resolv.conf' ? `${replaces} -> ${text}` : text))
}
const removal = 'nameserver 192.0.2.1 -> '

describe('remedies at name servers', () => {
  it('look at a refusal, and open nothing', () => {
    expect(textsOf(checkServerZones([server(one, [fails(good, 'REFUSED')])], file))).toEqual([
      'dig @192.0.2.1 -p 53 -q pstorage.test -t SOA',
    ])
  })

  it.each([
    { id: 'the only one', servers: [server(one, [fails(good, 'REFUSED')])], goes: false },
    { id: 'answers for another domain', servers: [server(one, [fails(good, 'REFUSED'), answers(other)])], goes: false },
    {
      id: 'no other answers for all',
      servers: [server(one, [fails(good, 'REFUSED')]), server(two, [fails(good, 'REFUSED')])],
      goes: false,
    },
    {
      id: 'another one is right',
      servers: [server(one, [fails(good, 'REFUSED')]), server(two, [answers(good)])],
      goes: true,
    },
  ])('take a server out of resolv.conf only beside one that is right: $id', ({ servers, goes }) => {
    expect(textsOf(checkServerZones(servers, file)).includes(removal)).toBe(goes)
  })

  it('fetch an expired zone again, and make no second one', () => {
    const texts = textsOf(checkServerZones([server(one, [fails(good, 'SERVFAIL')])], undefined))
    expect(texts).toContain('rndc zonestatus pstorage.test')
    expect(texts).toContain('rndc retransfer pstorage.test')
    expect(texts.join()).not.toContain('zone "')
  })

  it('make no zone for a domain that may be misspelt', () => {
    const absent = server(one, [{ ...answers(good), isAbsent: true }])
    expect(textsOf(checkDomains([absent]))).toEqual(['dig @192.0.2.1 -p 53 -q pstorage.test -t SOA'])
  })

  it('name the zone, not the search domain below it', () => {
    const below = (name: ServerFault['server'], serial: number) =>
      server(name, [{ ...answers(['sub', ...good], serial), apex: good }])
    expect(textsOf(checkSerials([below(one, 1), below(two, 2)]))[0]).toBe('rndc retransfer pstorage.test')
  })

  it('look at firewalls where TCP gets no answer, whichever is in use', () => {
    const facts = server(one, [answers(good)])
    const filtered = {
      ...facts,
      transports: [
        facts.transports[0],
        { transport: 'TCP', elapsed: undefined, fault: faultOf('ETIMEDOUT', 'timeout') },
      ],
    } as ServerFacts
    expect(textsOf(checkTransports([filtered], file))).toEqual([
      'traceroute -T -p 53 192.0.2.1',
      'nft list ruleset',
      'iptables -nvL && ip6tables -nvL',
      'firewall-cmd --list-all',
    ])
  })

  it.each([
    { id: 'silent beside one that answers', servers: [server(one, [], 'silence'), server(two, [])], goes: true },
    { id: 'all are silent', servers: [server(one, [], 'silence'), server(two, [], 'silence')], goes: false },
  ])('keep the last server: $id', ({ servers, goes }) => {
    expect(textsOf(checkTransports(servers, file)).includes(removal)).toBe(goes)
  })
})

describe('remedies of transfers', () => {
  const keyOf = (name: string, path: string): KeyFacts => {
    const key = new TsigKey({ name, algorithm: 'hmac-sha256', secret: 'c2VjcmV0IG9mIHRoZSB0ZXN0IGFsb25l' })
    return { kind: 'key', key, file: path, readable: true }
  }
  const textsWith = (key: KeyFacts, code: string): readonly string[] => {
    const attempts = [{ server: one, plain: undefined, signed: faultOf(code), ownAddress: '192.0.2.9' }]
    const facts = { apex: good, key, attempts, records: undefined, server: undefined }
    return textsOf(checkTransfers(facts, { axfr: 'auto', namesByTxt: true }))
  }

  it('never step a clock', () => {
    expect(textsWith(keyOf('k', '/k'), 'BADTIME')).toContain('chronyc tracking')
  })

  it('replace a wrong secret where it is, and add no second key', () => {
    const texts = textsWith(keyOf('k', '/k'), 'BADSIG')
    expect(texts).toContain('secret "<SECRET IN /k>";')
    expect(texts.join()).not.toContain('include')
    expect(textsWith(keyOf('k', '/k'), 'BADKEY')).toContain('include "/k";')
  })

  it('quote the path of a key, and leave out what settings cannot hold', () => {
    const texts = textsWith(keyOf('k', '/k"; `id`\n'), 'BADKEY')
    expect(texts[0]).toBe(`chmod o-r $'/k"; \`id\`\\012'`)
    expect(texts.join()).not.toContain('include')
    expect(textsWith(keyOf('a b', '/k'), 'BADKEY')).toEqual(['chmod o-r /k'])
    expect(textsWith(keyOf('a b', '/k'), 'BADSIG')).toEqual(['chmod o-r /k'])
  })

  it('look at a key that cannot be read, and write no other over it', () => {
    expect(textsWith({ kind: 'failed', file: '/etc/k', message: 'is no key' }, 'BADKEY')).toContain('namei -l /etc/k')
  })
})

describe('remedies of resolv.conf', () => {
  it.each([
    {
      id: 'misspelt keyword',
      line: 'nameservers 192.0.2.1 192.0.2.2',
      right: 'nameserver 192.0.2.1\nnameserver 192.0.2.2',
    },
    { id: 'a sign behind it', line: 'nameserver=192.0.2.1', right: 'nameserver 192.0.2.1' },
    { id: 'the port', line: 'nameserver 127.0.0.1:53', right: 'nameserver 127.0.0.1' },
    { id: 'brackets and the port', line: 'nameserver [2001:db8::1]:53', right: 'nameserver 2001:db8::1' },
    { id: 'another port', line: 'nameserver 127.0.0.1:5353', right: 'nameserver <ADDRESS>' },
    { id: 'a host name', line: 'nameserver ns1', right: 'nameserver <ADDRESS>' },
  ])('correct the line: $id', ({ line, right }) => {
    expect(textsOf(checkResolvConf({ ...file, text: `${line}\n` }))[0]).toBe(`${line} -> ${right}`)
  })

  it.each([
    { line: 'search=a.test', right: 'search a.test' },
    { line: 'serach a.test b.test', right: 'search a.test b.test' },
    { line: 'serach b\u00fccher.test', right: 'search xn--bcher-kva.test' },
    { line: 'serach --', right: 'search <DOMAIN>' },
    { line: 'serach', right: 'search <DOMAIN>' },
  ])('correct the search list: $line', ({ line, right }) => {
    const replaces = right.includes('<') ? 'null' : line
    expect(textsOf(checkSearchList({ ...file, text: `${line}\n` }, []))).toEqual([`${replaces} -> ${right}`])
  })

  it('open no file that cannot be read', () => {
    const fault = { code: 'EACCES', message: 'cannot be read' }
    expect(textsOf(checkResolvConf({ ...file, path: "/a 'b", fault }))).toEqual([`namei -l '/a '\\''b'`])
  })
})

describe('remedies of targets', () => {
  it.each([
    { id: 'a plain name', target: 's1.other.test.', texts: ['rebind-domain-ok=/s1.other.test/'] },
    { id: 'a slash, which would exempt two domains', target: 's1/com.other.test.', texts: [] },
    { id: 'a quote', target: 's1\\".other.test.', texts: [] },
  ])('exempt one domain from filters of private addresses: $id', ({ target, texts }) => {
    const record = parseZoneLine(`_pstorage._tcp.c1.pstorage.test. 300 IN SRV 0 1 2510 ${target}`)
    const scope = { domain: good, apex: good, origin: 'a test', wanted: undefined }
    const names = { service: nameFromText('_pstorage._tcp'), clustersRecord: nameFromText('pstorage_clusters') }
    const facts = readWrittenZone(record === undefined ? [] : [record], { ...scope, ...names })
    const withheld = { kind: 'unknown', why: 'withheld', isFiltered: true } as const
    const hosts = new Map([...facts.hosts].map(([key, { host }]) => [key, { host, addresses: withheld }]))
    expect(textsOf(checkSrvHosts({ ...facts, hosts })).filter((text) => text.startsWith('rebind'))).toEqual(texts)
  })

  it.each([
    {
      id: 'twice',
      target: 's1.pstorage.test.pstorage.test.',
      line: '_pstorage._tcp.c1.pstorage.test. 300 IN SRV 0 1 2510 s1.pstorage.test.',
    },
    { id: 'once', target: 's1.pstorage.test.', line: 's1.pstorage.test. 3600 IN A <ADDRESS>' },
    {
      id: 'the zone alone',
      target: 'pstorage.test.pstorage.test.',
      line: 'pstorage.test.pstorage.test. 3600 IN A <ADDRESS>',
    },
    { id: 'elsewhere', target: 's1.other.test.', line: 's1.other.test. 3600 IN A <ADDRESS>' },
  ])('put back the dot at the end: the zone is there $id', ({ target, line }) => {
    const record = parseZoneLine(`_pstorage._tcp.c1.pstorage.test. 300 IN SRV 0 1 2510 ${target}`)
    const scope = { domain: good, apex: good, origin: 'a test', wanted: undefined }
    const names = { service: nameFromText('_pstorage._tcp'), clustersRecord: nameFromText('pstorage_clusters') }
    const facts = readWrittenZone(record === undefined ? [] : [record], { ...scope, ...names })
    const hosts = new Map(
      [...facts.hosts].map(([key, { host }]) => [key, { host, addresses: { kind: 'none', why: 'NXDOMAIN' } as const }]),
    )
    expect(textsOf(checkSrvHosts({ ...facts, hosts }))).toEqual([line])
  })
})
