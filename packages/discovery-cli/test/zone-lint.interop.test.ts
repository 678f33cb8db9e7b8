import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
})
