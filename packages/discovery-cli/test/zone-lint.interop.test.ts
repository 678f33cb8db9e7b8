import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { checkZoneFile } from '@pstorage/discovery-dns/checks'
import { manPageDomain, manPageServer, manPageZone } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { cliRun } from './cli-run.js'

/** Lints a zone file with this text. */
async function lint(zone: string, ...more: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'pstorage-zone-'))
  try {
    const file = join(folder, 'a zone')
    await writeFile(file, zone)
    const run = await cliRun(['zone', 'lint', manPageDomain, '--file', file, '--json', ...more])
    const { findings, worst } = JSON.parse(run.stdout)
    return { code: run.code, worst, findings }
  } finally {
    await rm(folder, { recursive: true })
  }
}

const goodZone = `$TTL 1H
@ SOA ns host 1 5H 10M 1D 3H
 NS ns
ns A 192.0.2.53
pstorage_clusters TXT "c1"
_pstorage._tcp.c1 SRV 0 1 2510 s1
s1 A 192.0.2.1
`

describe('zone lint --file', () => {
  it('finds nothing in a good zone', async () => {
    const { code, worst, findings } = await lint(goodZone)
    expect({ code, worst }).toEqual({ code: 0, worst: 'ok' })
    expect(findings.length).toBeGreaterThan(10)
  })

  it.each([
    { id: 'minus', from: '"c1"', to: '"c1,my\u2212c"', fault: 'dns-txt-minus', code: 5 },
    { id: 'minus, escaped', from: '"c1"', to: '"c1" "my\\226\\136\\146c"', fault: 'dns-txt-minus', code: 5 },
    { id: 'case', from: '"c1"', to: '"c1,C1"', fault: 'dns-txt-case', code: 1 },
    { id: 'port', from: '2510', to: '0', fault: 'dns-srv-port', code: 5 },
    { id: 'order', from: '0 1 2510', to: '2510 0 100', fault: 'dns-srv-order', code: 1 },
    { id: 'alias', from: 's1 A 192.0.2.1', to: 's1 CNAME s2\ns2 A 192.0.2.1', fault: 'dns-host-alias', code: 1 },
    { id: 'address', from: '2510 s1', to: '2510 192.0.2.1.', fault: 'dns-srv-target', code: 1 },
    { id: 'no address', from: '2510 s1', to: '2510 s2', fault: 'dns-host-address', code: 5 },
    { id: 'wildcard', from: 's1 A', to: '* TXT "x"\ns1 A', fault: 'dns-wildcard', code: 1 },
    { id: 'TTL', from: 'c1 SRV', to: 'c1 0 SRV', fault: 'dns-ttl', code: 1 },
    { id: 'syntax', from: '192.0.2.1\n', to: '192.0.2\n', fault: 'dns-zone-file', code: 5 },
    { id: 'string of 256 octets', from: '"c1"', to: `"${'a'.repeat(256)}"`, fault: 'dns-zone-file', code: 5 },
  ])('sees: $id', async ({ from, to, fault, code }) => {
    const run = await lint(goodZone.replace(from, to), '--level', 'warning')
    expect(run.code).toBe(code)
    expect(run.findings.map(({ check }: { readonly check: string }) => check)).toContain(fault)
  })

  it('says no word about hosts of other zones, which nobody was asked for', async () => {
    const run = await lint(goodZone.replace('2510 s1', '2510 s1.example.org.'), '--level', 'warning')
    expect(run.findings).toEqual([])
  })

  it('says the same about a zone in a file and behind a name server', async () => {
    const key = ({ check, level, subject }: Record<string, string>): string => `${level} ${check} ${subject}`
    const isAboutZone = ({ check = '' }: Record<string, string>): boolean =>
      /^dns-(txt|srv|host|ttl|wildcard)/.test(check)
    await using server = await manPageServer({ allowTransfer: 'none' })
    const address = `${server.address}:${server.port}`
    const argv = ['zone', 'lint', manPageDomain, '--server', address, '--json', '--level', 'notice']
    const asked = JSON.parse((await cliRun(argv)).stdout)
      .findings.filter(isAboutZone)
      .map(key)
    const { findings } = await lint(manPageZone, '--level', 'notice')
    // The clusters that are not listed are seen in the file alone.
    const inFile = findings.filter(isAboutZone).map(key).sort()
    expect(inFile.filter((each: string) => !each.includes('dns-txt-complete'))).toEqual(asked)
    expect(inFile.length).toBeGreaterThan(asked.length)
  })

  it.each([
    {
      id: 'owner with _',
      from: 's1 A',
      to: 'mds_1 A 192.0.2.2\ns1 A',
      seen: /a zone:7: bad owner name \(check-names\)$/,
    },
    {
      id: 'owner with -',
      from: 's1 A',
      to: '-s1 A 192.0.2.2\ns1 A',
      seen: /a zone:7: bad owner name \(check-names\)$/,
    },
    { id: 'target', from: '2510 s1', to: '2510 s_1.other.test.', seen: /a zone:6: warning: bad name \(check-names\)$/ },
    { id: '101 addresses', from: 's1 A', to: `${hundred}s1 A`, seen: /: s1\.\S+ A: 101 records$/ },
  ])('CONF-2: says that BIND refuses what Knot and NSD load: $id', async ({ from, to, seen }) => {
    const zone = goodZone.replace(from, to)
    const run = await lint(zone, '--level', 'error')
    expect(run.code).toBe(5)
    expect(run.findings).toMatchObject([{ check: 'dns-zone-bind', seen: expect.stringMatching(seen) }])
    expect(await namedLoads(zone)).toBe(false)
  })

  it('CONF-2: has no fault where named loads the zone', async () => {
    expect(await namedLoads(goodZone)).toBe(true)
  })

  it.each([
    ['FIFO', 'is a FIFO, not a regular file', (file: string) => run('mkfifo', [file])],
    ['device', 'is a device, not a regular file', (file: string) => symlink('/dev/zero', file)],
  ])('SEC-4: does not wait for a %s', async (_, seen, make) => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'zone')
    await make(file)
    const { code, stdout } = await cliRun(['zone', 'lint', manPageDomain, '--file', file, '--json'])
    expect({ code, findings: JSON.parse(stdout).findings }).toMatchObject({ code: 5, findings: [{ seen }] })
  })

  it('SEC-10: stops at half a million records, and needs less than 400 MiB for them', async () => {
    const before = process.memoryUsage().rss
    const run = await lint(`${goodZone}$GENERATE 1-600000 h$ A 192.0.2.1\n`, '--level', 'error')
    expect(run.findings).toMatchObject([
      { check: 'dns-zone-file', seen: 'not checked: the zone has more than 500000 records', checked: false },
    ])
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1_024 * 1_024)
  })

  it.each([
    { limits: { time: 1 }, seen: 'not checked: named-compilezone did not end within 0.001 seconds' },
    { limits: { octets: 100 }, seen: 'not checked: the zone has more than 100 octets' },
    { limits: { memory: 120 * 1_024 }, seen: 'not checked: named-compilezone needs more than 120 MiB' },
  ])('SEC-10: keeps the limits $limits', async ({ limits, seen }) => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'zone')
    await writeFile(file, `${goodZone}$GENERATE 1-400000 h$ A 192.0.2.1\n`)
    for await (const found of checkZoneFile({ domain: manPageDomain, file, limits })) {
      expect(found).toMatchObject({ check: 'dns-zone-file', seen, checked: false })
    }
  })

  it('SEC-10: runs no program that PATH of the caller has first', async () => {
    await using folder = await temporaryFolder()
    const path = process.env.PATH
    await writeFile(join(folder.path, 'named-compilezone'), '#!/bin/sh\necho hijacked >&2; exit 1\n', { mode: 0o755 })
    try {
      process.env.PATH = `${folder.path}:${path}`
      expect((await lint(goodZone)).worst).toBe('ok')
    } finally {
      process.env.PATH = path
    }
  })

  it('SEC-9: quotes nothing of a file that the zone includes', async () => {
    await using folder = await temporaryFolder()
    const secret = join(folder.path, 'shadow')
    const lines = ['root:$6$salt$hash:19700:0:99999:7:::', "a b c:'secret'", "x A pass'word"]
    for (const line of lines) {
      await writeFile(secret, `${line}\n`)
      const run = await lint(`${goodZone}$INCLUDE ${secret}\n`, '--level', 'error')
      expect(run.findings).toMatchObject([{ check: 'dns-zone-file', seen: expect.stringContaining(secret) }])
      expect(JSON.stringify(run.findings)).not.toMatch(/salt|secret|pass|word/)
    }
  })
})

const run = promisify(execFile)
const hundred = Array.from({ length: 100 }, (_, index) => `s1 A 192.0.3.${index}\n`).join('')

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'pstorage-zone-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

/** Loads a zone into named, with its defaults. */
async function namedLoads(zone: string): Promise<boolean> {
  await using folder = await temporaryFolder()
  const at = (name: string): string => join(folder.path, name)
  await writeFile(at('zone'), zone)
  const options = `directory "${folder.path}"; pid-file none; session-keyfile none; lock-file none; listen-on { none; }; listen-on-v6 { none; };`
  const config = `options { ${options} }; controls { }; zone "${manPageDomain}" { type primary; file "${at('zone')}"; };`
  await writeFile(at('named.conf'), config)
  const named = spawn('named', ['-g', '-n', '1', '-c', at('named.conf')], { stdio: ['ignore', 'ignore', 'pipe'] })
  try {
    for await (const line of createInterface({ input: named.stderr })) {
      if (line.includes(`zone ${manPageDomain}/IN: loaded serial`)) return true
      if (line.includes(`zone ${manPageDomain}/IN: not loaded due to errors`)) return false
    }
    throw new Error('named ended before it loaded the zone')
  } finally {
    named.kill('SIGKILL')
    await once(named, 'exit')
  }
}
