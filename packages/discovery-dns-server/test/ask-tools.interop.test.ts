import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClusterNameServer, clusterNameServer, type TsigKey } from '../src/index.js'
import { manPageZone } from './fixtures/man-page-zone.js'
import { run } from './support/run.js'

const origin = 'pstorage.test'
const d = `${origin}.`
const secret = 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI='
const keys: TsigKey[] = (['hmac-sha256', 'hmac-sha384', 'hmac-sha512'] as const).map((algorithm) => ({
  name: `${algorithm}.key`,
  algorithm,
  secret,
}))
const zone = `${manPageZone}
v6 AAAA fd00::2:1
alias CNAME s1
reverse PTR s1
sub NS ns.sub
ns.sub A 10.0.0.1
*.wild A 10.0.0.2
Mixed.Case TXT "a b" "c;d"
${Array.from({ length: 100 }, (_, index) => `many TXT "string number ${index}"\n`).join('')}`

/** A server of each kind that the tools are to agree with. */
let servers: { open: ClusterNameServer; locked: ClusterNameServer; late: ClusterNameServer }
beforeAll(async () => {
  const locked = { origin, zone, keys, allowTransfer: keys.map(({ name }) => ({ key: name })) }
  servers = {
    open: await clusterNameServer({ origin, zone }),
    locked: await clusterNameServer(locked),
    late: await clusterNameServer({ ...locked, now: () => Date.now() + 3_600_000 }),
  }
})
afterAll(() => Promise.all(Object.values(servers).map((server) => server.close())))

type Server = keyof typeof servers

const ask = async (program: 'dig' | 'kdig', args: readonly string[], server: Server = 'open') => {
  const fixed = ['@127.0.0.1', '-p', String(servers[server].port), '+norecurse', '+retry=0', '+timeout=5']
  const { stdout, stderr } = await run(program, [...fixed, ...args])
  return stdout + stderr
}
const lines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '' && !line.startsWith(';') && !line.includes(' ANY TSIG '))

describe.each(['dig', 'kdig'] as const)('%s', (program) => {
  const rows: [type: string, name: string, expected: string[]][] = [
    ['SOA', origin, [`ns.${d} rname.invalid. 1995032001 18000 600 86400 10800`]],
    ['NS', origin, [`ns.${d}`]],
    ['A', `s3.${d}`, ['192.168.100.3']],
    ['A', `s3.PStorage.TEST.`, ['192.168.100.3']],
    ['AAAA', `v6.${d}`, ['fd00::2:1']],
    ['CNAME', `alias.${d}`, [`s1.${d}`]],
    ['A', `alias.${d}`, [`s1.${d}`, '192.168.100.1']],
    ['PTR', `reverse.${d}`, [`s1.${d}`]],
    ['TXT', `mixed.case.${d}`, ['"a b" "c;d"']],
    ['SRV', `_pstorage._tcp.my-second-cluster.${d}`, [`0 1 2510 s4.${d}`, `0 1 2510 s2.${d}`]],
    ['A', `x.wild.${d}`, ['10.0.0.2']],
    ['A', `missing.${d}`, []],
    ['DS', `sub.${d}`, []],
    ['HTTPS', `s1.${d}`, []],
  ]
  test.each(rows)('%s %s, over UDP, TCP and without EDNS', async (type, name, expected) => {
    for (const option of ['+notcp', '+tcp', '+noedns']) {
      expect(lines(await ask(program, ['+short', option, type, name]))).toEqual(expected)
    }
  })

  test.each([
    ['a referral', ['A', `x.sub.${d}`], /status: NOERROR[\s\S]*ANSWER: 0[;,] AUTHORITY: 1[;,] ADDITIONAL: [12]/],
    ['NXDOMAIN', ['A', `missing.${d}`], /status: NXDOMAIN[\s\S]*ANSWER: 0[;,] AUTHORITY: 1/],
    ['another zone', ['A', 'example.org.'], /status: REFUSED/],
    ['truncation', ['+ignore', 'TXT', `many.${d}`], /flags: qr aa tc[\s\S]*ANSWER: 0/i],
    ['a large EDNS size', ['+ignore', '+bufsize=65535', 'TXT', `many.${d}`], /flags: qr aa tc/i],
    ['the fetch over TCP', ['TXT', `many.${d}`], /ANSWER: 100/],
    ['DO', ['+dnssec', 'SOA', origin], /flags:? do[\s\S]*ANSWER: 1|ANSWER: 1[\s\S]*flags:? do/],
    ['an NSID option', ['+nsid', 'SOA', origin], /status: NOERROR/],
    ['a cookie', ['+cookie', 'SOA', origin], /status: NOERROR/],
    ['padding', ['+padding=128', 'SOA', origin], /status: NOERROR/],
  ])('%s', async (_name, args, expected) => {
    const text = await ask(program, args)
    expect(text).toMatch(expected)
    expect(text).not.toMatch(/malformed|;; Warning[,:]|WARNING: (?!truncated)|mismatch/)
  })

  test('EDNS version 3', async () => {
    const args = program === 'dig' ? ['+edns=3', '+noednsnegotiation'] : ['+edns=3']
    expect(await ask(program, [...args, 'SOA', origin])).toMatch(/BADVERS/)
  })

  test('AXFR and IXFR, whole and up to date', async () => {
    const records = lines(await ask(program, ['AXFR', d]))
    expect(records).toHaveLength(124)
    expect(records.at(-1)).toBe(records[0])
    expect(lines(await ask(program, ['IXFR=1995032000', d]))).toEqual(records)
    expect(lines(await ask(program, ['IXFR=1995032001', d]))).toHaveLength(1)
  })

  test.each(keys.map((key) => [key.algorithm, key] as const))('signed by %s', async (_name, key) => {
    const sign = ['-y', `${key.algorithm}:${key.name}:${secret}`]
    expect(lines(await ask(program, [...sign, 'AXFR', d], 'locked'))).toHaveLength(124)
    for (const option of ['+notcp', '+tcp']) {
      const text = await ask(program, [...sign, option, 'SOA', d], 'locked')
      expect(text).toMatch(/status: NOERROR/)
      expect(text).not.toMatch(/could not be validated|couldn't verify|WARNING/i)
    }
  })

  const key = `hmac-sha256:hmac-sha256.key:${secret}`
  test.each([
    ['another secret', 'hmac-sha256:hmac-sha256.key:b3RoZXIgc2VjcmV0IG9mIHNvbWUgbGVuZ3Ro', 'locked', /BADSIG/],
    ['another name', `hmac-sha256:unknown.key:${secret}`, 'locked', /BADKEY/],
    ['another algorithm', `hmac-sha512:hmac-sha256.key:${secret}`, 'locked', /BADKEY/],
    ['another time', key, 'late', /BADTIME/],
  ] as const)('with %s', async (_name, with_, server, expected) => {
    expect(await ask(program, ['-y', with_, 'SOA', d], server)).toMatch(expected)
    expect(lines(await ask(program, ['-y', with_, 'AXFR', d], server)).join('\n')).not.toMatch(/SRV/)
  })

  test('without a key there is no transfer', async () => {
    expect(lines(await ask(program, ['AXFR', d], 'locked')).join('\n')).not.toMatch(/SRV/)
  })
})

describe('host', () => {
  test.each([
    ['SOA', origin, `has SOA record ns.${d} rname.invalid. 1995032001 18000 600 86400 10800`],
    ['NS', origin, `name server ns.${d}`],
    ['A', `s3.${d}`, 's3.pstorage.test has address 192.168.100.3'],
    ['AAAA', `v6.${d}`, 'v6.pstorage.test has IPv6 address fd00::2:1'],
    ['CNAME', `alias.${d}`, `alias.pstorage.test is an alias for s1.${d}`],
    ['PTR', `reverse.${d}`, `domain name pointer s1.${d}`],
    ['TXT', `mixed.case.${d}`, 'descriptive text "a b" "c;d"'],
    ['SRV', `_pstorage._tcp.my-second-cluster.${d}`, `has SRV record 0 1 2510 s2.${d}`],
    ['TXT', `many.${d}`, 'descriptive text "string number 99"'],
  ])('-t %s %s, over UDP and TCP', async (type, name, expected) => {
    for (const option of ['-U', '-T']) {
      const { stdout } = await run('host', ['-p', String(servers.open.port), option, '-t', type, name, '127.0.0.1'])
      expect(stdout).toContain(expected)
    }
  })
})
