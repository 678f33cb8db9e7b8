import { memoryResolver } from '@pstorage/discovery-core'
import { type FindingFacts, type FindingLevel, finding } from '@pstorage/discovery-core/checks'
import { describe, expect, it } from 'vitest'
import type { CheckLoaders } from '../src/context.js'
import { cliRun } from './cli-run.js'

const check = { id: 'dns-thing', checks: 'it works', levels: ['ok', 'notice', 'warning', 'error'] } as const
const found = (level: FindingLevel, facts: Partial<FindingFacts> = {}) =>
  finding(check, level, { subject: 'it', seen: 'was seen', ...facts })

const having = (clusters: Readonly<Record<string, readonly string[]>>) => () =>
  memoryResolver({ name: 'bootstrap', clusters })

const plugin = (argv: readonly string[], ...findings: readonly ReturnType<typeof finding>[]) => {
  const giving = (all: readonly ReturnType<typeof finding>[]) => async () =>
    (async function* () {
      yield* all
    })()
  const checks: CheckLoaders = { dns: giving([]), bootstrap: giving(findings), zeroconf: giving([]) }
  return cliRun(['doctor', '--backend', 'bootstrap', ...argv], {
    backends: { bootstrap: having({ c1: [], c2: [] }) },
    checks,
  })
}

describe('doctor as a monitoring plugin', () => {
  it.each([
    { id: 'fine', findings: [found('ok')], code: 0, line: 'PSTORAGE OK - 2 clusters, 2 checks passed | ' },
    { id: 'notice', findings: [found('notice')], code: 0, line: 'PSTORAGE OK - 2 clusters, 1 check passed | ' },
    {
      id: 'warning',
      findings: [found('warning'), found('notice')],
      code: 1,
      line: 'PSTORAGE WARNING - dns-thing it: was seen; 0 errors, 1 warning | ',
    },
    {
      id: 'error',
      findings: [found('warning'), found('error', { seen: 'is broken' })],
      code: 2,
      line: 'PSTORAGE CRITICAL - dns-thing it: is broken; 1 error, 1 warning | ',
    },
    {
      id: 'an error that could not be checked',
      findings: [found('warning'), found('error', { seen: 'not checked', checked: false })],
      code: 3,
      line: 'PSTORAGE UNKNOWN - dns-thing it: not checked; 1 error, 1 warning | ',
    },
    {
      id: 'one of two could be checked',
      findings: [found('error'), found('error', { checked: false, seen: 'not checked' })],
      code: 2,
      line: 'PSTORAGE CRITICAL - dns-thing it: was seen; 2 errors, 0 warnings | ',
    },
  ])('says how it is in one line: $id', async ({ findings, code, line }) => {
    const run = await plugin(['--nagios'], ...findings)
    expect(run).toMatchObject({ code, stderr: '' })
    expect(run.stdout.startsWith(line), run.stdout).toBe(true)
    expect(run.stdout).toMatch(/^[^|]* \| (?:[a-z]+=\d+ )*[a-z]+=\d+\n$/)
    expect(await plugin(['--format', 'nagios'], ...findings)).toMatchObject({ code, stdout: run.stdout })
  })

  it('gives the numbers behind the bar', async () => {
    const { stdout } = await plugin(['--nagios'], found('error', { checked: false }), found('warning'), found('notice'))
    expect(stdout).toContain(' | clusters=2 findings=3 errors=1 warnings=1 unchecked=1\n')
  })

  it('is one short line of ASCII without another bar, whatever was seen', async () => {
    const hostile = 'a|b\n\u001b[31m\u2028z=1;;;0 '.repeat(2_000)
    const { stdout } = await plugin(['--nagios'], found('error', { subject: hostile, seen: hostile }))
    expect(stdout).toMatch(/^[\x20-\x7b\x7d\x7e]* \| [a-z0-9= ]*\n$/)
    expect(stdout.length).toBeLessThan(1_024)
  })

  it.each([
    { id: 'an unknown option', argv: ['--nagios', '--foo'], message: "unknown option '--foo'" },
    { id: 'a contradiction', argv: ['--nagios', '--json'], message: '--json and --nagios contradict each other' },
    { id: 'the format by its letter', argv: ['-o', 'nagios', '--foo'], message: "unknown option '--foo'" },
    { id: 'a bad value', argv: ['--nagios', '--timeout', 'x|y'], message: 'x\\u{7c}y' },
  ])('is UNKNOWN, never CRITICAL, for wrong usage: $id', async ({ argv, message }) => {
    const run = await plugin(argv)
    expect(run.code).toBe(3)
    expect(run.stdout).toMatch(/^PSTORAGE UNKNOWN - [^|]*\n$/)
    expect(run.stdout).toContain(message)
  })

  it('is UNKNOWN for an internal error', async () => {
    const failing = async () => {
      throw new Error('no such thing')
    }
    const checks: CheckLoaders = { dns: failing, bootstrap: failing, zeroconf: failing }
    const run = await cliRun(['doctor', '--backend', 'bootstrap', '--nagios'], {
      backends: { bootstrap: having({}) },
      checks,
    })
    expect(run).toMatchObject({ code: 3, stdout: 'PSTORAGE UNKNOWN - no such thing\n' })
  })
})
