import { findingLevels } from '@pstorage/discovery-core/checks'
import { dnsResolver } from '@pstorage/discovery-dns'
import { checkDns } from '@pstorage/discovery-dns/checks'
import { zeroconfResolver } from '@pstorage/discovery-zeroconf'
import { checkZeroconf } from '@pstorage/discovery-zeroconf/checks'
import {
  type BrokenPlace,
  type BrokenSetup,
  type RemedyShell,
  remedyFaults,
  unexpectedChanges,
} from '@pstorage/testbed'
import { expect } from 'vitest'
import type { BackendLoaders, CheckLoaders } from '../src/context.js'
import { checkLoaders, dnsCheckOptions } from '../src/doctor/run-checks.js'
import { runCli } from '../src/index.js'
import { backendLoaders } from '../src/query/backends.js'
import { mainFile } from './built-cli.js'
import { capturedStream } from './captured-stream.js'
import { type PrintedFinding, printedFindings } from './printed-findings.js'

const levels: readonly string[] = findingLevels
const isAtLeast = (level: string, least: string): boolean => levels.indexOf(level) >= levels.indexOf(least)

/** Runs doctor in this process, with what stands in there for /etc/resolv.conf and for port 5353. */
async function doctorHere(
  { arguments: options, resolvConf, multicastPort: port }: BrokenPlace,
  ...more: readonly string[]
) {
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
  const argv = ['doctor', '--verbose', ...options, ...more]
  const code = await runCli({ argv, env: { LANG: 'C.UTF-8' }, stdout, stderr, checks, backends })
  return { code, stderr: stderr.text, stdout: stdout.text, findings: printedFindings(stdout.text) }
}

/** The faults, a word each. */
const faultsOf = (findings: readonly PrintedFinding[], least: string): readonly string[] =>
  findings.filter(({ level }) => isAtLeast(level, least)).map(({ check }) => check)

/** Runs the built doctor on a host of its own. */
async function doctorThere(host: NonNullable<BrokenPlace['host']>, options: readonly string[]) {
  // What it ends with is the last line, as nothing else tells it.
  const text = await host.run(
    'sh',
    '-c',
    '"$@"; echo "ends with $?"',
    'sh',
    process.execPath,
    mainFile,
    'doctor',
    '--verbose',
    ...options,
  )
  const [, code = ''] = /ends with (\d+)\n$/.exec(text) ?? []
  return { code: Number(code), stderr: '', stdout: text, findings: printedFindings(text) }
}

/** Runs doctor at a place. */
async function doctorAt(place: BrokenPlace) {
  return place.host === undefined ? doctorHere(place) : doctorThere(place.host, place.arguments)
}

const kindOf = (where: string) =>
  /^as .*, run/.test(where) ? 'command' : where.startsWith('in the configuration') ? 'server' : 'other'

/**
 * Sees that doctor names the fault of a set-up as a cause, and prints its remedy, and none that does harm; and that this
 * fixes it, where there is nothing to fill in, and changes nothing else.
 */
export async function expectFoundAndFixed(
  { fault, level = 'warning', start, fixedBy, never, reveals = [] }: BrokenSetup,
  shell: RemedyShell = 'bash',
): Promise<void> {
  await using place = await start()
  const before = await doctorAt(place)
  // The fault is a cause: it is not hidden behind another finding.
  const named = before.findings.filter(
    (found) => found.check === fault && found.follows === undefined && isAtLeast(found.level, level),
  )
  expect(named, before.stdout).not.toEqual([])
  const worst = before.findings.map((found) => levels.indexOf(found.level)).reduce((a, b) => Math.max(a, b))
  expect(before).toMatchObject({ code: [0, 0, 1, 5][worst], stderr: '' })
  const harm = before.findings.flatMap((found) =>
    found.remedies.flatMap(({ where, text }) => remedyFaults(kindOf(where), text.join('\n'))),
  )
  expect(harm).toEqual([])
  const printed = before.findings.flatMap((found) => found.remedies.map(({ text }) => text.join('\n')))
  if (never !== undefined) expect(printed.filter((text) => never.test(text))).toEqual([])
  const remedies = named.flatMap((found) => found.remedies)
  expect(remedies.some(({ replaces, text }) => replaces.length + text.length > 0)).toBe(true)
  if (fixedBy === undefined) return

  const remedy = remedies.find(({ where }) => where.startsWith(fixedBy))
  if (remedy === undefined) throw new Error(`no remedy begins with ${fixedBy}:\n${before.stdout}`)
  const earlier = await place.snapshot?.()
  if (shell === 'dash' && remedy.text.some((line) => line.includes("$'"))) {
    // It does not know this quoting of POSIX.1-2024, and finds no file of that name.
    await expect(place.applyRemedy(remedy, shell)).rejects.toThrow('No such file')
    expect(await place.snapshot?.()).toEqual(earlier)
    return
  }
  await place.applyRemedy(remedy, shell)
  const later = await place.snapshot?.()
  if (earlier !== undefined && later !== undefined) expect(unexpectedChanges(earlier, later, remedy)).toEqual([])
  const after = await doctorAt(place)
  expect(faultsOf(after.findings, level), after.stdout).not.toContain(fault)
  const faults = [...faultsOf(before.findings, 'warning'), ...reveals]
  expect(
    faultsOf(after.findings, 'warning').filter((each) => !faults.includes(each)),
    after.stdout,
  ).toEqual([])
}

/** Sees that `doctor --fix` leaves no fault that was not there before, and loses nothing that is in a file. */
export async function expectFixIsSafe({ start, reveals = [] }: BrokenSetup): Promise<void> {
  await using place = await start()
  const before = await doctorHere(place)
  const earlier = await place.snapshot?.()
  await doctorHere(place, '--fix', '--yes')
  const contents = [...((await place.snapshot?.()) ?? [])].map(([, value]) => value.replace(/^\d+ /, ''))
  for (const [path, value] of earlier ?? []) expect(contents, path).toContain(value.replace(/^\d+ /, ''))
  const after = await doctorHere(place)
  const faults = [...faultsOf(before.findings, 'warning'), ...reveals]
  expect(
    faultsOf(after.findings, 'warning').filter((each) => !faults.includes(each)),
    after.stdout,
  ).toEqual([])
}
