import { findingLevels } from '@pstorage/discovery-core/checks'
import { dnsResolver } from '@pstorage/discovery-dns'
import { checkDns } from '@pstorage/discovery-dns/checks'
import { zeroconfResolver } from '@pstorage/discovery-zeroconf'
import { checkZeroconf } from '@pstorage/discovery-zeroconf/checks'
import { type BrokenPlace, brokenSetups } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { type BackendLoaders, backendLoaders } from '../src/ask/backends.js'
import { type CheckLoaders, checkLoaders, dnsCheckOptions } from '../src/doctor/check-loaders.js'
import { runCli } from '../src/index.js'
import { capturedStream } from './captured-stream.js'
import { type PrintedFinding, printedFindings } from './printed-findings.js'

const levels: readonly string[] = findingLevels
const isAtLeast = (level: string, least: string): boolean => levels.indexOf(level) >= levels.indexOf(least)

/** Runs doctor at a place, with what stands in there for /etc/resolv.conf and for port 5353. */
async function doctorAt({ arguments: given, resolvConf, multicastPort: port }: BrokenPlace) {
  const checks: CheckLoaders = {
    ...checkLoaders,
    dns: async (settings, run) => checkDns({ ...dnsCheckOptions(settings), ...run, resolvConf }),
    zeroconf: async ({ interfaces }, run) => checkZeroconf({ interfaces, ...run, port }),
  }
  const backends: BackendLoaders = {
    ...backendLoaders,
    dns: async (settings) => dnsResolver({ ...dnsCheckOptions(settings), resolvConf }),
    zeroconf: async ({ interfaces }) => zeroconfResolver({ interfaces, port }),
  }
  const [stdout, stderr] = [capturedStream(), capturedStream()]
  // A list of directories is always given: those of this host are not looked at.
  const argv = ['doctor', ...given]
  const code = await runCli({ argv, env: { LANG: 'C.UTF-8' }, stdout, stderr, checks, backends })
  return { code, stderr: stderr.text, stdout: stdout.text, findings: printedFindings(stdout.text) }
}

/** What is amiss, in a word each. */
const faultsOf = (findings: readonly PrintedFinding[], least: string): readonly string[] =>
  findings.filter(({ level }) => isAtLeast(level, least)).map(({ check }) => check)

// They wait for the most part, and share nothing.
describe.concurrent('doctor, in a set-up with one fault', () => {
  it.each(brokenSetups)('$id: names it, and what mends it', async ({ fault, level = 'warning', start }) => {
    await using place = await start()
    const { findings, stdout, stderr, code } = await doctorAt(place)
    const named = findings.filter((found) => found.check === fault && isAtLeast(found.level, level))
    expect(named, stdout).not.toEqual([])
    expect(named.some(({ remedies }) => remedies.some(({ replaces, text }) => replaces.length + text.length > 0))).toBe(
      true,
    )
    expect(code).toBe(findings.some((found) => found.level === 'error') ? 5 : isAtLeast(level, 'warning') ? 1 : code)
    expect(stderr).toBe('')
  })

  it.each(brokenSetups.filter(({ mendedBy }) => mendedBy !== undefined))(
    '$id: is mended by the lines as they are printed',
    async ({ fault, level = 'warning', start, mendedBy = '' }) => {
      await using place = await start()
      const before = await doctorAt(place)
      const found = before.findings.find((each) => each.check === fault && isAtLeast(each.level, level))
      const remedy = found?.remedies.find(({ where }) => where.startsWith(mendedBy))
      if (remedy === undefined) throw new Error(`no remedy begins with ${mendedBy}:\n${before.stdout}`)
      await place.mend(remedy)
      const after = await doctorAt(place)
      expect(faultsOf(after.findings, level), after.stdout).not.toContain(fault)
      // Nothing else has become worse by it.
      expect(faultsOf(before.findings, 'warning')).toEqual(
        expect.arrayContaining([...faultsOf(after.findings, 'warning')]),
      )
    },
  )

  it('has thirty of them, of which twenty are mended by what is printed', () => {
    expect(new Set(brokenSetups.map(({ id }) => id)).size).toBe(brokenSetups.length)
    expect(brokenSetups.length).toBeGreaterThanOrEqual(30)
    expect(brokenSetups.filter(({ mendedBy }) => mendedBy !== undefined).length).toBeGreaterThanOrEqual(20)
  })
})
