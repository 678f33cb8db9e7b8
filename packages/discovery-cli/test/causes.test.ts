import { memoryResolver } from '@pstorage/discovery-core'
import {
  type CheckDescription,
  type FindingFacts,
  type FindingLevel,
  finding,
  remedy,
} from '@pstorage/discovery-core/checks'
import { describe, expect, it } from 'vitest'
import type { CheckLoaders } from '../src/context.js'
import { allChecks } from '../src/doctor/all-checks.js'
import { cliRun } from './cli-run.js'

const levels: readonly FindingLevel[] = ['ok', 'notice', 'warning', 'error']
const server: CheckDescription = { id: 'dns-server-answers', checks: 'it answers', levels }
const domain: CheckDescription = { id: 'dns-domain', checks: 'it exists', levels, follows: [server.id] }
const names: CheckDescription = { id: 'dns-txt-present', checks: 'it lists', levels, follows: [domain.id, server.id] }

const found = (check: CheckDescription, level: FindingLevel, facts: Partial<FindingFacts> = {}) =>
  finding(check, level, { subject: check.id, seen: `${check.id} was seen`, follows: check.follows, ...facts })

const having = (clusters: Readonly<Record<string, readonly string[]>>) => () =>
  memoryResolver({ name: 'bootstrap', clusters })

const doctor = (argv: readonly string[], ...findings: readonly ReturnType<typeof finding>[]) => {
  const giving = (all: readonly ReturnType<typeof finding>[]) => async () =>
    (async function* () {
      yield* all
    })()
  const checks: CheckLoaders = { dns: giving([]), bootstrap: giving(findings), zeroconf: giving([]) }
  return cliRun(['doctor', '--backend', 'bootstrap', ...argv], { backends: { bootstrap: having({ c1: [] }) }, checks })
}
const headsOf = (text: string) => text.match(/^ {2}(?:notice|warning|error) .*$/gm)?.map((line) => line.trim()) ?? []

describe('the causes of the catalogue', () => {
  const all = allChecks.flatMap(({ checks }) => checks)
  const known = new Map(all.map((check) => [check.id, check]))

  it.each(all.filter(({ follows }) => follows !== undefined))(
    '$id follows from checks that exist',
    ({ follows = [] }) => {
      expect(follows.filter((id) => !known.has(id))).toEqual([])
      expect(new Set(follows).size).toBe(follows.length)
    },
  )

  it.each(all)('$id does not follow from itself, over however many others', ({ id }) => {
    const causes = new Set(known.get(id)?.follows)
    for (const cause of causes) for (const next of known.get(cause)?.follows ?? []) causes.add(next)
    expect(causes).not.toContain(id)
  })
})

describe('doctor, of several findings', () => {
  it('shows the cause, and how many findings follow from it', async () => {
    const { stdout } = await doctor([], found(names, 'error'), found(domain, 'error'), found(server, 'warning'))
    expect(stdout).toMatch(/^most likely cause\n\n {2}warning {2}dns-server-answers {2}/)
    expect(stdout).toContain('and 2 findings that follow (dns-txt-present, dns-domain); -v shows them')
    expect(headsOf(stdout)).toHaveLength(1)
  })

  it('shows with -v what follows, and from what', async () => {
    const { stdout } = await doctor(['-v'], found(names, 'error'), found(domain, 'error'), found(server, 'warning'))
    expect(headsOf(stdout).map((line) => line.split(/ +/)[1])).toEqual([server.id, names.id, domain.id])
    expect(stdout.match(/^ {11}follows from dns-server-answers$/gm)).toHaveLength(2)
  })

  it('takes the finding about the same subject for the cause', async () => {
    const { stdout } = await doctor(
      ['-v'],
      found(server, 'error', { subject: 'one' }),
      found(server, 'warning', { subject: 'two', seen: 'is slow' }),
      found(domain, 'error', { subject: 'two' }),
    )
    expect(headsOf(stdout).map((line) => line.split(/ +/).slice(1).join(' '))).toEqual([
      'dns-server-answers two',
      'dns-domain two',
      'dns-server-answers one',
    ])
  })

  it('shows a finding whose causes are fine as a cause itself', async () => {
    const { stdout } = await doctor([], found(server, 'ok'), found(domain, 'error'))
    expect(headsOf(stdout)).toEqual(['error    dns-domain  dns-domain'])
  })

  it('shows a cause at the level of what follows from it', async () => {
    const { stdout } = await doctor(['--level', 'error'], found(server, 'notice'), found(domain, 'error'))
    expect(headsOf(stdout)).toEqual(['notice   dns-server-answers  dns-server-answers'])
  })

  it('says once what forty interfaces have in common', async () => {
    const start = remedy({ kind: 'command', place: 'root', text: 'true' })
    const many = Array.from({ length: 40 }, (_, index) => {
      return found(server, 'notice', { subject: `veth${index}`, seen: 'no host answers', remedies: [start] })
    })
    const { stdout } = await doctor([], ...many)
    expect(headsOf(stdout)).toEqual(['notice   dns-server-answers  veth0, veth1, veth2 and 37 more'])
    expect(stdout.match(/true/g)).toHaveLength(1)
    const all = await doctor(['-v'], ...many)
    expect(all.stdout).toContain('veth38, veth39')
  })

  it('shows the remedies of each where they differ', async () => {
    const some = ['one', 'two'].map((subject) => {
      const remedies = [remedy({ kind: 'command', place: 'root', text: `look at ${subject}` })]
      return found(server, 'warning', { subject, seen: 'is down', remedies })
    })
    const { stdout } = await doctor([], ...some)
    const lines = stdout.split('\n').map((line) => line.trim())
    expect(lines.slice(lines.indexOf('is down'), -2)).toEqual([
      ...['is down', 'for one:', 'as root, run:', 'look at one'],
      ...['for two:', 'as root, run:', 'look at two', ''],
    ])
  })

  it('keeps all findings in JSON, each with the causes that are there', async () => {
    const { stdout } = await doctor(['--json'], found(names, 'error'), found(domain, 'error'), found(server, 'ok'))
    const { findings } = JSON.parse(stdout)
    expect(findings.slice(0, 3)).toMatchObject([
      { check: names.id, follows: [domain.id] },
      { check: domain.id, follows: [] },
      { check: server.id, follows: [] },
    ])
  })
})
