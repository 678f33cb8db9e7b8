import { dirname } from 'node:path'
import { nameToText } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { readSystemSettings, type SystemSources } from '../src/system-settings.js'
import { resolvConfFile } from './resolv-conf-file.js'

interface Row {
  readonly what: string
  readonly file?: string
  readonly environment?: SystemSources['environment']
  readonly hostname?: string
  readonly servers?: readonly string[]
  readonly domains?: readonly string[]
  readonly options?: object
}

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
    what: 'domains that no name can have are left out, the others are each once',
    file: `search a.test a..test ${'x'.repeat(64)}.test A.TEST b.test`,
    domains: ['a.test', 'b.test'],
  },
]

describe('readSystemSettings', () => {
  it.each(rows)('DNS-37: $what', async ({ file, environment = {}, hostname = 'h1', ...expected }) => {
    await using written = await resolvConfFile(file)
    const sources = { resolvConf: written.path, environment, hostname }
    const { servers, domains, options, ...rest } = await readSystemSettings(sources)
    expect(rest).toEqual({ serversGiven: false, fault: undefined })
    expect(servers.map(({ text }) => text)).toEqual(expected.servers ?? ['127.0.0.1:53', '[::1]:53'])
    expect(domains.map(nameToText)).toEqual(expected.domains ?? [])
    expect(options).toEqual(expected.options ?? {})
  })

  it('DNS-37: tells a file that is there and cannot be read from one that is not there', async () => {
    await using written = await resolvConfFile()
    const resolvConf = dirname(written.path)
    const { fault } = await readSystemSettings({ resolvConf, environment: {}, hostname: 'h1' })
    expect(fault).toMatchObject({ code: 'EISDIR', message: `${resolvConf} cannot be read: EISDIR` })
  })
})
