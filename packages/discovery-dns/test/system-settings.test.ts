import { symlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { nameToText } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { readSystemSettings, type SystemSources } from '../src/config/system-settings.js'
import { resolvConfFile } from './resolv-conf-file.js'

interface Row {
  readonly what: string
  readonly file?: string
  readonly environment?: SystemSources['environment']
  readonly hostname?: string
  readonly servers?: readonly string[]
  readonly domains?: readonly string[]
  readonly options?: object
  /** About what, whether a denial still counts, and the message behind the place. */
  readonly gaps?: readonly (readonly [about: string, isPreferred: boolean, message: string])[]
}

/** The files are as old as that: what was written just now is not taken for whole at once. */
const now = (): number => Date.now() + 3_600_000

const rows: readonly Row[] = [
  { what: 'no file: the server on this host' },
  { what: 'an empty file', file: '' },
  {
    what: 'servers and domains of the file',
    file: 'nameserver 192.0.2.1\nnameserver ::1\nsearch a.test b.test\noptions use-vc\n',
    servers: ['192.0.2.1:53', '[::1]:53'],
    domains: ['a.test', 'b.test'],
    options: { useVc: true },
  },
  { what: 'the domain of the host name, where there is no search list', hostname: 'h1.a.test', domains: ['a.test'] },
  { what: 'a host name without a domain', hostname: 'h1', domains: [] },
  { what: 'a host name that ends in a dot', hostname: 'h1.', domains: [] },
  { what: 'a search list before the host name', file: 'search b.test', hostname: 'h1.a.test', domains: ['b.test'] },
  { what: '"search ." says none, whatever the host name', file: 'search .', hostname: 'h1.a.test', domains: [] },
  {
    what: 'LOCALDOMAIN before the search list',
    file: 'search b.test',
    environment: { LOCALDOMAIN: ' c.test\td.test ' },
    domains: ['c.test', 'd.test'],
  },
  { what: 'an empty LOCALDOMAIN says none', file: 'search b.test', environment: { LOCALDOMAIN: '' }, domains: [] },
  {
    what: 'RES_OPTIONS over the options of the file',
    file: 'options timeout:2 rotate',
    environment: { RES_OPTIONS: 'timeout:3 attempts:1' },
    options: { timeout: 3_000, rotate: true, attempts: 1 },
  },
  {
    what: 'domains that cannot be one are named, the others are each once',
    file: `# made by hand\nsearch a.test a..test ${'x'.repeat(64)}.test A.TEST b.test,c.test b.test\n`,
    domains: ['a.test', 'b.test'],
    gaps: [
      [
        'domains',
        true,
        "resolv.conf:2: 'a..test' cannot be a search domain: a label is empty: there is a dot too many; did you mean a.test",
      ],
      [
        'domains',
        true,
        `resolv.conf:2: '${'x'.repeat(64)}.test' cannot be a search domain: a label has 64 characters, and 63 is the most`,
      ],
      [
        'domains',
        true,
        "resolv.conf:2: 'b.test,c.test' cannot be a search domain: ',' cannot stand in a domain; did you mean b.test c.test",
      ],
    ],
  },
  {
    what: 'U-labels',
    file: 'search bücher.test xn--bcher-kva.test\n',
    environment: {},
    domains: ['xn--bcher-kva.test'],
  },
  { what: 'U-labels in LOCALDOMAIN', environment: { LOCALDOMAIN: 'BÜCHER.test' }, domains: ['xn--bcher-kva.test'] },
  {
    what: 'search --',
    file: 'search --\n',
    hostname: 'h1.a.test',
    gaps: [['domains', true, `resolv.conf:1: '--' cannot be a search domain: a label begins or ends with "-"`]],
  },
  {
    what: 'bad words of LOCALDOMAIN, and none of the file then',
    file: 'search x..test\ndomain y z\n',
    environment: { LOCALDOMAIN: 'a..test\nb.test  other.test a.test\\ .c.test' },
    domains: ['other.test'],
    gaps: [
      [
        'domains',
        true,
        "LOCALDOMAIN: 'a..test\\x0ab.test' cannot be a search domain: '\\x0a' cannot stand in a domain; did you mean a.test b.test",
      ],
      [
        'domains',
        true,
        "LOCALDOMAIN: 'a.test\\\\' cannot be a search domain: '\\\\' cannot stand in a domain; did you mean a.test",
      ],
      [
        'domains',
        true,
        "LOCALDOMAIN: '.c.test' cannot be a search domain: a label is empty: there is a dot too many; did you mean c.test",
      ],
    ],
  },
  {
    what: 'a name of this host whose domain cannot be one',
    hostname: 'h1.a..test',
    gaps: [
      [
        'domains',
        true,
        "the name of this host, 'h1.a..test': 'a..test' cannot be a search domain: a label is empty: there is a dot too many; did you mean a.test",
      ],
    ],
  },
  {
    what: 'an address for a domain',
    file: 'search 192.0.2.1\n',
    gaps: [
      [
        'domains',
        true,
        "resolv.conf:1: '192.0.2.1' cannot be a search domain: it is an address; did you mean nameserver 192.0.2.1",
      ],
    ],
  },
  {
    what: 'what stands behind the one name of "domain"',
    file: 'domain a.test b.test\n',
    domains: ['a.test'],
    gaps: [
      [
        'domains',
        true,
        `resolv.conf:1: 'b.test' stands behind the one name that "domain" takes; "search" takes several`,
      ],
    ],
  },
  {
    what: 'a server before the first that can be asked',
    file: 'nameserver ns1\nnameserver 192.0.2.1\n',
    servers: ['192.0.2.1:53'],
    gaps: [['servers', true, "resolv.conf:1: 'ns1' is no IP address"]],
  },
  {
    what: 'a server behind the first that can be asked',
    file: 'nameserver 192.0.2.1\nnameserver 127.0.0.1#5353\nnameserver\n',
    servers: ['192.0.2.1:53'],
    gaps: [
      ['servers', false, "resolv.conf:2: '127.0.0.1#5353' is no IP address"],
      ['servers', false, "resolv.conf:3: 'nameserver' has no address"],
    ],
  },
  {
    what: 'the same where servers take turns',
    file: 'nameserver 192.0.2.1\nnameserver 192.0.2.256\noptions rotate\n',
    servers: ['192.0.2.1:53'],
    options: { rotate: true },
    gaps: [['servers', true, "resolv.conf:2: '192.0.2.256' is no IP address"]],
  },
  {
    what: 'behind the third server nothing counts',
    file: 'nameserver ::1\nnameserver ::2\nnameserver ::3\nnameserver ns4\nnameserver ::5\n',
    servers: ['[::1]:53', '[::2]:53', '[::3]:53'],
  },
  {
    what: 'no server with an address: none, and not the one on this host',
    file: 'nameserver ns1\n',
    servers: [],
    gaps: [['servers', true, "resolv.conf:1: 'ns1' is no IP address"]],
  },
  {
    what: 'keywords that are misspelled',
    file: 'NAMESERVER 192.0.2.1\nsearch: a.test\nserach a.test\nsortlist 192.0.2.0\nlookup file bind\nfamily inet4\n',
    servers: [],
    gaps: [
      ['servers', true, `resolv.conf:1: 'NAMESERVER' is no keyword; did you mean "nameserver"`],
      ['domains', true, `resolv.conf:2: 'search:' is no keyword; did you mean "search"`],
      ['domains', true, `resolv.conf:3: 'serach' is no keyword; did you mean "search"`],
    ],
  },
  {
    what: 'zeros, where a part of the file was lost',
    file: 'search a.test\n\0\0\0',
    servers: [],
    domains: ['a.test'],
    gaps: [
      ['servers', true, String.raw`resolv.conf:2: '\x00\x00\x00' is rubbish`],
      ['domains', true, String.raw`resolv.conf:2: '\x00\x00\x00' is rubbish`],
    ],
  },
]

describe('readSystemSettings', () => {
  it.each(rows)('DNS-37: $what', async ({ file, environment = {}, hostname = 'h1', ...expected }) => {
    await using written = await resolvConfFile(file)
    const sources = { resolvConf: written.path, environment, hostname }
    const { servers, domains, options, ...rest } = await readSystemSettings(sources, 53, { now })
    const { gaps, ...others } = rest
    expect(others).toEqual({ serversGiven: false, fault: undefined })
    const place = `${dirname(written.path)}/`
    expect(gaps.map((gap) => [gap.about, gap.isPreferred, gap.message.replace(place, '')])).toEqual(expected.gaps ?? [])
    expect(servers.map(({ text }) => text)).toEqual(expected.servers ?? ['127.0.0.1:53', '[::1]:53'])
    expect(domains.map(nameToText)).toEqual(expected.domains ?? [])
    expect(options).toEqual(expected.options ?? {})
  })

  it('DNS-37: tells a file that is there and cannot be read from one that is not there', async () => {
    await using written = await resolvConfFile()
    const resolvConf = dirname(written.path)
    const { fault } = await readSystemSettings({ resolvConf, environment: {}, hostname: 'h1' })
    expect(fault).toMatchObject({ code: 'EISDIR', message: `${resolvConf} is a directory, not a regular file` })
  })

  it('tells a link to a file that does not exist from one that is not there', async () => {
    await using written = await resolvConfFile()
    await symlink('../nowhere/stub.conf', written.path)
    const sources = { resolvConf: written.path, environment: {}, hostname: 'h1.a.test' }
    const { domains, gaps } = await readSystemSettings(sources, 53, { now })
    expect(domains).toEqual([['a', 'test']])
    const message = expect.stringMatching(/resolv\.conf is a link to .*\/nowhere\/stub\.conf, which does not exist$/)
    expect(gaps).toMatchObject([
      { about: 'servers', message, isPreferred: true },
      { about: 'domains', message, isPreferred: true },
    ])
  })
})
