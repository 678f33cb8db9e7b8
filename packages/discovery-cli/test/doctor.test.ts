import { readFileSync } from 'node:fs'
import { DiscoveryError } from '@pstorage/discovery-core'
import {
  type CheckDescription,
  type Finding,
  type FindingLevel,
  finding,
  type Remedy,
  remedy,
} from '@pstorage/discovery-core/checks'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import type { CheckLoaders } from '../src/context.js'
import { capturedStream } from './captured-stream.js'
import { type CliRunOptions, cliRun } from './cli-run.js'
import { worldOf } from './stand-ins.js'

const schema: object = JSON.parse(readFileSync(new URL('../schema/v1.json', import.meta.url), 'utf8'))
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema)

const thing: CheckDescription = { id: 'dns-thing', checks: 'it works', levels: ['ok', 'notice', 'warning', 'error'] }
const found = (level: FindingLevel, facts: Partial<Finding> = {}): Finding =>
  finding(thing, level, { subject: 'it', seen: 'was seen', ...facts, meaning: facts.meaning ?? undefined })
const zoneLine = remedy({ kind: 'zone', place: 'example.org', replaces: 'old', text: 'new' })

/** Checks that find this in DNS, and nothing elsewhere. */
const finding_ = (...findings: readonly Finding[]): CheckLoaders => {
  const giving = (all: readonly Finding[]) => async () =>
    (async function* () {
      yield* all
    })()
  return { dns: giving(findings), bootstrap: giving([]), zeroconf: giving([]) }
}

// Nobody has addresses, so that nothing is tried.
const doctor = (argv: readonly string[], checks: CheckLoaders, options: CliRunOptions = {}) =>
  cliRun(['doctor', '--backend', 'bootstrap,dns', ...argv], { backends: worldOf({ c1: [] }), checks, ...options })

describe('doctor', () => {
  it.each([
    { id: 'fine', levels: ['ok', 'ok'], code: 0 },
    { id: 'notice', levels: ['ok', 'notice'], code: 0 },
    { id: 'warning', levels: ['warning', 'notice'], code: 1 },
    { id: 'error', levels: ['warning', 'error', 'ok'], code: 5 },
  ] as const)('ends with the code of the worst: $id', async ({ levels, code }) => {
    const run = await doctor([], finding_(...levels.map((level) => found(level))))
    expect(run.code).toBe(code)
    expect(run.stderr).toBe('')
  })

  it('shows the likeliest cause first, then the others, and what works in a number', async () => {
    const checks = finding_(
      found('ok', { subject: 'fine', seen: 'works' }),
      found('warning', { subject: 'bad', seen: 'is odd', remedies: [zoneLine] }),
      found('error', { subject: 'worst', seen: 'is broken', meaning: 'nothing finds it', remedies: [zoneLine] }),
    )
    const run = await doctor([], checks)
    expect(run.stdout).toMatch(/^most likely cause\n/)
    const [shown = ''] = /^most[\s\S]*?(?=\n\n1 error)/.exec(run.stdout) ?? []
    expect(shown).toBe(`most likely cause

  error    dns-thing  worst
           is broken
           nothing finds it
           in the zone example.org, replace:
               old
           with:
               new

dns

  warning  dns-thing  bad
           is odd
           fixed by the lines above (dns-thing)`)
    expect(run.stdout.trimEnd().split('\n').at(-1)).toMatch(/^1 error, 1 warning; \d+ checks? passed$/)
  })

  it.each([['-v'], ['--level=ok']])('shows what works with %s', async (option) => {
    const run = await doctor([option], finding_(found('ok', { subject: 'fine', seen: 'works' })))
    expect(run.stdout).toContain('  ok       dns-thing  fine: works\n')
  })

  it.each([
    { id: 'added', way: { kind: 'resolv.conf', place: '/r', text: 'search a' }, lines: ['in /r:', 'search a'] },
    {
      id: 'taken out',
      way: { kind: 'bs.list', place: '/b', text: '', replaces: 'x' },
      lines: ['in /b, remove:', 'x'],
    },
    {
      id: 'command',
      way: { kind: 'command', place: 'root', text: 'a\nb' },
      lines: ['as root, run:', 'a', 'b'],
    },
    {
      id: 'file',
      way: { kind: 'file', place: '/f', text: 'x', software: 'Avahi' },
      lines: ['as the contents of /f (Avahi):', 'x'],
    },
    {
      id: 'server',
      way: { kind: 'server', place: 'ns', text: 'x;', software: 'BIND' },
      lines: ['in the configuration (BIND) of ns:', 'x;'],
    },
  ] as const)('says where a remedy goes: $id', async ({ way, lines }) => {
    const remedies: readonly Remedy[] = [remedy(way)]
    const run = await doctor([], finding_(found('warning', { remedies })))
    const shown = run.stdout.split('\n').map((line) => line.trim())
    expect(shown.slice(shown.indexOf(lines[0]), shown.indexOf(lines[0]) + lines.length)).toEqual(lines)
  })

  it('says in a line that all is well', async () => {
    const run = await doctor(['--level', 'notice'], finding_(found('ok')), { backends: worldOf({}) })
    expect(run.stdout).toContain('cluster-found')
    const known = await doctor(['--level', 'notice'], finding_(found('ok')))
    expect(known.stdout).toMatch(/^all is well: \d+ checks passed, nothing to fix\n$/)
    expect(known.code).toBe(0)
  })

  it.each([
    { level: 'ok', shown: ['ok', 'notice', 'warning', 'error'] },
    { level: 'notice', shown: ['notice', 'warning', 'error'] },
    { level: 'warning', shown: ['warning', 'error'] },
    { level: 'error', shown: ['error'] },
  ] as const)('shows what is from a level on: $level', async ({ level, shown }) => {
    const checks = finding_(found('ok'), found('notice'), found('warning'), found('error'))
    const run = await doctor(['--level', level, '--json'], checks)
    const { findings, counts, worst } = JSON.parse(run.stdout)
    const own = findings.filter(({ check }: Finding) => check === 'dns-thing')
    expect(own.map((each: Finding) => each.level)).toEqual(shown)
    expect({ worst, errors: counts.error, code: run.code }).toEqual({ worst: 'error', errors: 1, code: 5 })
    if (level === 'ok') return
    const text = await doctor(['--level', level], checks)
    expect(text.stdout).not.toMatch(/^ {2}ok /m)
  })

  it('prints JSON that fits the schema', async () => {
    const checks = finding_(found('error', { checked: false, meaning: 'who knows', remedies: [zoneLine] }))
    const run = await doctor(['c1', '--json'], checks)
    const value = JSON.parse(run.stdout)
    expect(validate(value), JSON.stringify(validate.errors)).toBe(true)
    expect(Object.keys(value)).toEqual(['schemaVersion', 'worst', 'subject', 'counts', 'findings'])
    expect(value).toMatchObject({ subject: 'c1', counts: { unchecked: 1 } })
    const broken = { ...value, findings: [{ ...value.findings[0], level: 'bad' }] }
    expect(validate(broken)).toBe(false)
  })

  it('shows some of many that are alike, and says how many more there are', async () => {
    const many = Array.from({ length: 25 }, (_, index) => found('warning', { seen: `line ${index} is odd` }))
    const { stdout } = await doctor([], finding_(...many))
    expect(stdout.match(/line \d+ is odd/g)).toHaveLength(10)
    expect(stdout).toContain('and 15 more: warning dns-thing; -v shows them')
    expect(stdout).toContain('25 warnings')
    const all = await doctor(['-v'], finding_(...many))
    expect(all.stdout.match(/line \d+ is odd/g)).toHaveLength(25)
  })

  it('lets nothing raw reach a terminal', async () => {
    const hostile = 'a\u001b[31m\u0007\r\u202e\u009b\u200b\u2028z'.repeat(3)
    const way = remedy({ kind: 'file', place: hostile, text: hostile, replaces: hostile, software: hostile })
    const facts = { subject: hostile, seen: hostile, meaning: hostile, remedies: [way] }
    const stdout = capturedStream({ terminal: true })
    const run = await doctor(['--no-color'], finding_(found('error', facts), found('ok', facts)), { stdout })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come through.
    expect(run.stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e]/)
    const json = await doctor(['--json'], finding_(found('error', facts)))
    expect(json.stdout).toMatch(/^[\x20-\x7e]*\n$/)
  })

  it('colours by meaning where that is wanted', async () => {
    const stdout = capturedStream({ terminal: true })
    const run = await doctor([], finding_(found('error')), { stdout })
    expect(run.stdout).toContain('\u001b[31merror   \u001b[39m')
  })

  it('makes no check where a backend refuses its settings', async () => {
    let isChecked = false
    const checks: CheckLoaders = {
      ...finding_(),
      bootstrap: async () => {
        isChecked = true
        throw new Error('a check was made')
      },
    }
    const refusing = (): never => {
      throw new DiscoveryError('ERR_OPTION_INVALID', 'no such thing')
    }
    const backends = { ...worldOf({}), dns: refusing }
    const run = await cliRun(['doctor', '--backend', 'bootstrap,dns'], { backends, checks })
    expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('no such thing') })
    expect(isChecked).toBe(false)
  })

  it('says when it is stopped, by its code', async () => {
    const run = await doctor([], finding_(), { signal: AbortSignal.abort('SIGINT') })
    expect(run).toMatchObject({ code: 130, stdout: '' })
  })
})
