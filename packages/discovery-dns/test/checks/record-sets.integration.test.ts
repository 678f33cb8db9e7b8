import { dirname } from 'node:path'
import { clusterNameServer } from '@pstorage/discovery-dns-server'
import { type HostileQuery, hostileServer, reply } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { type RecordSetQuestion, type RecordSetType, readRecordSets } from '../../src/checks/index.js'
import { resolvConfFile } from '../resolv-conf-file.js'

const domain = 'pstorage.test'
const zone = String.raw`$TTL 300
@ SOA ns hostmaster 7 3600 600 604800 300
@ NS ns
ns A 127.0.0.1
pstorage_clusters TXT "a,b" "q\"\\ \255"
_pstorage._tcp.a SRV 10 60 2510 mds1
_pstorage._tcp.a SRV 0 0 0 .
_pstorage._tcp.alias CNAME _pstorage._tcp.a
_pstorage._tcp.broken CNAME nowhere
mds1 A 192.0.2.1
mds1 AAAA 2001:DB8:0::1
`

const question = (label: string, type: RecordSetType): RecordSetQuestion => ({
  name: label === '@' ? domain : `${label}.${domain}`,
  type,
})

describe('reading sets of records', () => {
  it('gives data as it stands in a zone file, in the order of the questions', async () => {
    await using server = await clusterNameServer({ origin: domain, zone })
    const answers = await readRecordSets(
      domain,
      [
        question('@', 'SOA'),
        question('pstorage_clusters', 'TXT'),
        question('_pstorage._tcp.a', 'SRV'),
        question('_pstorage._tcp.alias', 'SRV'),
        question('mds1', 'A'),
        question('mds1', 'AAAA'),
        question('mds1', 'TXT'),
        question('mds2', 'A'),
      ],
      { servers: [`${server.address}:${server.port}`] },
    )
    const [soa, txt, srv, ...others] = answers
    expect(soa).toEqual({ kind: 'found', data: ['ns.pstorage.test. hostmaster.pstorage.test. 7'] })
    expect(txt).toEqual({ kind: 'found', data: [String.raw`"a,b" "q\034\092 \255"`] })
    expect(srv?.kind === 'found' && srv.data.toSorted()).toEqual(['0 0 0 .', '10 60 2510 mds1.pstorage.test.'])
    expect(others).toEqual([
      { kind: 'alias' },
      { kind: 'found', data: ['192.0.2.1'] },
      { kind: 'found', data: ['2001:db8::1'] },
      { kind: 'none', why: 'NODATA' },
      { kind: 'none', why: 'NXDOMAIN' },
    ])
  })

  it('says that an alias of itself is one', async () => {
    const script = (query: HostileQuery) =>
      reply(query, { answers: [{ name: query.name, type: 'CNAME', target: query.name }] })
    await using server = await hostileServer({ udp: script })
    const servers = [`${server.address}:${server.port}`]
    expect(await readRecordSets(domain, [question('a', 'SRV')], { servers })).toEqual([{ kind: 'alias' }])
  })

  it('says what cannot be read, within its time', async () => {
    await using silent = await hostileServer({ udp: () => undefined })
    await using refusing = await hostileServer({ udp: (query) => reply(query, { rcode: 'REFUSED' }) })
    const read = async ({ address, port }: { readonly address: string; readonly port: number }) =>
      readRecordSets(domain, [question('a', 'SRV')], { servers: [`${address}:${port}`], timeout: 300 })
    expect(await read(silent)).toMatchObject([{ kind: 'failed', status: 'timeout' }])
    expect(await read(refusing)).toMatchObject([{ kind: 'failed', status: 'refused' }])
  })

  it('says that it cannot read over TLS without the certificates of the CAs', async () => {
    const tls = { ca: { file: '/nonexistent/ca.pem' } }
    const answers = await readRecordSets(domain, [question('a', 'SRV')], { servers: ['127.0.0.1'], tls })
    expect(answers).toMatchObject([{ kind: 'failed', status: 'unavailable', server: null }])
  })

  it('says that it cannot read where resolv.conf cannot be read', async () => {
    await using file = await resolvConfFile('')
    const options = { resolvConf: dirname(file.path) }
    expect(await readRecordSets(domain, [question('a', 'SRV')], options)).toMatchObject([
      { kind: 'failed', status: 'unavailable', server: null, error: { code: 'EISDIR' } },
    ])
  })

  it('ends with the signal', async () => {
    const reason = new Error('enough')
    const options = { servers: ['127.0.0.1:1'], signal: AbortSignal.abort(reason) }
    await expect(readRecordSets(domain, [question('a', 'SRV')], options)).rejects.toBe(reason)
  })

  it('refuses what is no domain', async () => {
    await expect(readRecordSets('a..b', [])).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
  })
})
