import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClusterNameServer, clusterNameServer } from '../src/index.js'
import { manPageZone } from './fixtures/man-page-zone.js'
import { run } from './support/run.js'

const d = 'pstorage.test.'

let server: ClusterNameServer
beforeAll(async () => {
  const many = Array.from({ length: 100 }, (_, index) => `many TXT "string number ${index}"\n`).join('')
  server = await clusterNameServer({ origin: 'pstorage.test', zone: manPageZone + many })
})
afterAll(() => server.close())

const dig = async (...args: string[]) => {
  const { stdout } = await run('dig', [
    '@127.0.0.1',
    '-p',
    String(server.port),
    '+norecurse',
    '+tries=1',
    '+timeout=5',
    ...args,
  ])
  return stdout
}
const lines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' '))
    .filter((line) => line !== '' && !line.startsWith(';'))

describe('dig', () => {
  test('TXT', async () => {
    expect(lines(await dig('+noall', '+answer', 'TXT', `pstorage_clusters.${d}`))).toEqual([
      `pstorage_clusters.${d} 300 IN TXT "cluster1,cluster2" "cluster3,cluster4"`,
      `pstorage_clusters.${d} 300 IN TXT "cluster5"`,
      `pstorage_clusters.${d} 300 IN TXT "cluster5" "cluster6"`,
    ])
  })

  test('SRV with the addresses of its targets', async () => {
    expect(
      lines(await dig('+noall', '+answer', '+additional', 'SRV', `_pstorage._tcp.my-second-cluster.${d}`)),
    ).toEqual([
      `_pstorage._tcp.my-second-cluster.${d} 3600 IN SRV 0 1 2510 s4.${d}`,
      `_pstorage._tcp.my-second-cluster.${d} 3600 IN SRV 0 1 2510 s2.${d}`,
      `s4.${d} 3600 IN A 192.168.100.4`,
      `s2.${d} 3600 IN A 192.168.100.2`,
    ])
  })

  test('AXFR', async () => {
    const text = await dig('AXFR', d)
    const records = lines(text)
    expect(records).toHaveLength(117)
    expect(records[0]).toBe(`${d} 3600 IN SOA ns.${d} rname.invalid. 1995032001 18000 600 86400 10800`)
    expect(records.at(-1)).toBe(records[0])
    expect(text).toContain('XFR size: 117 records (messages 1,')
  })

  test('IXFR of the serial that is served', async () => {
    expect(lines(await dig('IXFR=1995032001', d))).toHaveLength(1)
  })

  test('a truncated answer is asked for again over TCP', async () => {
    expect(lines(await dig('+noall', '+answer', 'TXT', `many.${d}`))).toHaveLength(100)
    expect(await dig('+ignore', 'TXT', `many.${d}`)).toMatch(/flags: qr aa tc/)
  })

  test.each([
    ['NXDOMAIN', ['A', `missing.${d}`], /status: NXDOMAIN.*\n.*flags: qr aa; QUERY: 1, ANSWER: 0, AUTHORITY: 1/],
    ['NODATA', ['AAAA', `s1.${d}`], /status: NOERROR.*\n.*flags: qr aa; QUERY: 1, ANSWER: 0, AUTHORITY: 1/],
    ['another zone', ['A', 'example.org.'], /status: REFUSED/],
    ['another opcode', ['+opcode=NOTIFY', 'SOA', d], /opcode: NOTIFY, status: NOTIMP/],
    ['another EDNS version', ['+edns=7', '+noednsnegotiation', 'SOA', d], /status: BADVERS/],
    ['negotiation of the EDNS version', ['+edns=7', 'SOA', d], /status: NOERROR/],
    ['an EDNS option', ['+nsid', '+cookie', 'SOA', d], /status: NOERROR/],
    ['no EDNS', ['+noedns', 'SOA', d], /status: NOERROR.*\n.*ADDITIONAL: 0/],
    ['a key', ['-y', 'hmac-sha256:key:c2VjcmV0', 'SOA', d], /status: NOTAUTH[\s\S]*BADKEY/],
    ['TCP kept open', ['+tcp', '+keepopen', 'SOA', d, 'NS', d], /status: NOERROR[\s\S]*status: NOERROR/],
    ['ANY', ['ANY', d], /status: NOERROR.*\n.*ANSWER: 1/],
  ])('%s', async (_name, args, expected) => {
    const text = await dig(...args)
    expect(text).toMatch(expected)
    expect(text).not.toMatch(/malformed|;; Warning[,:]|mismatch/)
  })

  test('AXFR that is not allowed', async () => {
    await using closed = await clusterNameServer({ origin: 'pstorage.test', zone: manPageZone, allowTransfer: 'none' })
    const { stdout } = await run('dig', ['@127.0.0.1', '-p', String(closed.port), 'AXFR', d])
    expect(stdout).toContain('; Transfer failed.')
  })

  test('a large AXFR', async () => {
    const clusters = Array.from({ length: 20_000 }, (_, index) => ({
      name: `cluster-${index}`,
      mds: [{ address: `10.0.${index >> 8}.${index & 255}` }],
    }))
    await using large = await clusterNameServer({ origin: 'pstorage.test', clusters })
    const { stdout } = await run('dig', ['@127.0.0.1', '-p', String(large.port), 'AXFR', d])
    expect(stdout.match(/\sSRV\s/g)).toHaveLength(20_000)
    expect(stdout).toMatch(/XFR size: 40004 records/)
  })
})

describe('host', () => {
  const host = (...args: string[]) => run('host', ['-p', String(server.port), ...args, '127.0.0.1'])

  test('-t SRV, as in the manual page', async () => {
    const { code, stdout } = await host('-t', 'SRV', `_pstorage._tcp.my-cluster.${d}`)
    expect(code).toBe(0)
    for (const server of ['s3', 's4', 's1']) {
      expect(stdout).toContain(`_pstorage._tcp.my-cluster.pstorage.test has SRV record 0 1 2510 ${server}.${d}`)
    }
  })

  test('-l, a zone transfer', async () => {
    const { code, stdout } = await host('-l', d)
    expect(code).toBe(0)
    expect(stdout).toContain('s1.pstorage.test has address 192.168.100.1')
  })

  test('a name that is not there', async () => {
    const { code, stdout } = await host('-t', 'SRV', `_pstorage._tcp.none.${d}`)
    expect(code).toBe(1)
    expect(stdout).toContain('not found: 3(NXDOMAIN)')
  })
})
