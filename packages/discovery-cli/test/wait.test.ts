import { createResolver, type Resolver, type SimulatedClock, simulatedClock } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { capturedStream } from './captured-stream.js'
import { type CliRun, cliRun } from './cli-run.js'
import { ending, sourceOf } from './stand-ins.js'

/** The answer of one round: addresses; `no`; or `down`, as from a server that cannot be reached. */
type Answer = readonly string[] | 'no' | 'down'

/** A resolver whose answer changes from round to round; the last one stays. */
function changing(...answers: readonly Answer[]): Resolver & { rounds: number; readonly timeouts: number[] } {
  const resolver = createResolver({
    name: 'dns',
    async discover() {},
    async resolve(cluster, { startAttempt, emit, timeLeft }) {
      it.timeouts.push(Math.ceil(timeLeft() / 1_000))
      const answer = answers[Math.min(it.rounds, answers.length - 1)] ?? 'no'
      it.rounds += 1
      const asked = startAttempt({ method: 'memory', target: cluster })
      const addresses = typeof answer === 'string' ? [] : answer
      for (const address of addresses) {
        emit({ type: 'cluster', name: cluster, source: sourceOf('dns') })
        const unknown = { host: null, priority: null, weight: null, ttl: null }
        emit({ type: 'endpoint', address, port: 2510, ...unknown, source: sourceOf('dns') })
      }
      if (answer === 'down') asked.finish('unreachable', { error: { code: 'EHOSTUNREACH', message: 'no route' } })
      else asked.finish(addresses.length > 0 ? 'found' : 'empty', { count: addresses.length })
    },
  })
  const it = { ...resolver, rounds: 0, timeouts: [] as number[], [Symbol.asyncDispose]: resolver[Symbol.asyncDispose] }
  return it
}

/** Lets simulated time pass until the run ends. */
async function waited(argv: readonly string[], resolver: Resolver, options: Parameters<typeof cliRun>[1] = {}) {
  const clock = simulatedClock()
  return ended(cliRun([...argv, '--backend', 'dns'], { backends: { dns: () => resolver }, clock, ...options }), clock)
}

async function ended(running: Promise<CliRun>, clock: SimulatedClock): Promise<CliRun & { readonly at: number }> {
  let run: CliRun | undefined
  void running.then((it) => {
    run = it
  })
  while (run === undefined) await clock.advance(clock.sleepers > 0 ? 100 : 0)
  return { ...run, at: clock.now() }
}

const one = ['192.0.2.1']
const two = ['192.0.2.1', '192.0.2.2']
const lines = (text: string): readonly Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

describe('--wait', () => {
  it.each<readonly [id: string, answers: readonly Answer[], code: number, stdout: string, rounds: number]>([
    ['found at once', [one], 0, '192.0.2.1:2510\n', 1],
    ['absent at first', ['no', 'no', one], 0, '192.0.2.1:2510\n', 3],
    ['down at first', ['down', one], 0, '192.0.2.1:2510\n', 2],
  ])('asks again: %s', async (_, answers, code, stdout, rounds) => {
    const resolver = changing(...answers)
    const run = await waited(['resolve', 'c', '--wait', '60'], resolver)
    expect(run).toMatchObject({ code, stdout, stderr: '' })
    expect(resolver.rounds).toBe(rounds)
  })

  it.each<readonly [answer: Answer, code: number, says: RegExp]>([
    ['no', 6, /^cluster 'c' does not exist; all sources answered/],
    ['down', 3, /^cannot tell whether cluster 'c' exists/],
  ])('ends with what the last round says: %s', async (answer, code, says) => {
    const resolver = changing(answer)
    const run = await waited(['resolve', 'c', '--wait', '30'], resolver)
    expect(run).toMatchObject({ code, stdout: '' })
    expect(run.stderr).toMatch(says)
    expect(run.at).toBeGreaterThan(28_000)
    expect(run.at).toBeLessThanOrEqual(30_100)
    expect(resolver.rounds).toBeGreaterThan(7)
  })

  it('bounds the command, and --timeout one round', async () => {
    const long = changing('down')
    await waited(['resolve', 'c', '--wait', '20', '--timeout', '7'], long)
    expect(long.timeouts.slice(0, 3)).toEqual([7, 7, 7])
    const short = changing('down')
    await waited(['resolve', 'c', '--wait', '2', '--timeout', '7'], short)
    expect(short.timeouts[0]).toBe(2)
  })

  it('names the option that cut a question short', async () => {
    for (const [wait, remedy] of [
      ['2', 'hint: wait longer with --wait 4'],
      ['9', 'hint: wait longer with --timeout 10'],
    ] as const) {
      const run = await waited(['resolve', 'c', '--wait', wait], ending('dns', 'timeout'))
      expect(run.stderr).toContain(remedy)
    }
  })

  it('asks once where addresses are given by hand', async () => {
    const clock = simulatedClock()
    const resolver = changing(one)
    const argv = ['resolve', 'c', '-b192.0.2.1', '--wait', '60', '--min-endpoints', '2']
    const run = await cliRun(argv, { backends: { bootstrap: () => resolver }, clock })
    expect(run).toMatchObject({ code: 3, stdout: '192.0.2.1:2510\n' })
    expect(resolver.rounds).toBe(1)
  })

  it.each(['SIGINT', 'SIGTERM'])('ends in a pause when %s comes', async (name) => {
    const interruption = new AbortController()
    const clock = simulatedClock()
    const running = cliRun(['resolve', 'c', '--wait', '60', '--backend', 'dns'], {
      backends: { dns: () => changing('no') },
      clock,
      signal: interruption.signal,
    })
    while (clock.sleepers === 0) await clock.advance(0)
    interruption.abort(name)
    expect(await running).toMatchObject({ code: name === 'SIGINT' ? 130 : 143, stdout: '', stderr: '' })
    expect(clock.sleepers).toBe(0)
  })
})

describe('--min-endpoints', () => {
  const warning = 'warning: fewer endpoints than --min-endpoints: 1 of 2 [too-few-endpoints]\n'

  it('prints fewer, says so, and ends with 3', async () => {
    const run = await waited(['resolve', 'c', '--min-endpoints', '2'], changing(one))
    expect(run).toMatchObject({ code: 3, stdout: '192.0.2.1:2510\n', stderr: warning })
  })

  it.each([1, 2])('is satisfied by two: %i', async (count) => {
    const run = await waited(['resolve', 'c', '--min-endpoints', String(count)], changing(two))
    expect(run).toMatchObject({ code: 0, stderr: '' })
  })

  it('counts an endpoint once', async () => {
    const run = await waited(['resolve', 'c', '--min-endpoints', '2'], changing([...one, ...one]))
    expect(run).toMatchObject({ code: 3, stdout: '192.0.2.1:2510\n', stderr: warning })
  })

  it('leaves an answer that nobody has it as it is', async () => {
    expect(await waited(['resolve', 'c', '--min-endpoints', '2'], changing('no'))).toMatchObject({ code: 6 })
  })

  it('waits for enough', async () => {
    const resolver = changing('no', one, two)
    const run = await waited(['resolve', 'c', '--min-endpoints', '2', '--wait', '60'], resolver)
    expect(run).toMatchObject({ code: 0, stdout: '192.0.2.1:2510\n192.0.2.2:2510\n', stderr: '' })
    expect(resolver.rounds).toBe(3)
  })

  it('prints what there is when the time is up', async () => {
    const run = await waited(['resolve', 'c', '--min-endpoints', '2', '--wait', '9'], changing('down', one))
    expect(run).toMatchObject({ code: 3, stdout: '192.0.2.1:2510\n', stderr: warning })
  })

  it('is a warning in JSON, where the outcome stays found', async () => {
    const run = await waited(['resolve', 'c', '--min-endpoints', '2', '--json'], changing(one))
    expect(JSON.parse(run.stdout)).toMatchObject({ outcome: 'found', warnings: [{ code: 'too-few-endpoints' }] })
  })
})

describe('what is shown of many rounds', () => {
  const argv = ['resolve', 'c', '--wait', '60', '--min-endpoints', '2']

  it('ndjson has the attempts of each, and the results of the last', async () => {
    const run = await waited([...argv, '--format', 'ndjson'], changing('no', one, two))
    expect(lines(run.stdout).map(({ type, address, status }) => [type, address ?? status])).toEqual([
      ['attempt', 'empty'],
      ['attempt', 'found'],
      ['attempt', 'found'],
      ['cluster', undefined],
      ['endpoint', '192.0.2.1'],
      ['cluster', undefined],
      ['endpoint', '192.0.2.2'],
      ['end', undefined],
    ])
  })

  it('json has the last', async () => {
    const run = await waited([...argv, '--json'], changing('down', two))
    expect(JSON.parse(run.stdout)).toMatchObject({ outcome: 'found', attempts: [{ status: 'found' }], warnings: [] })
  })

  it('a terminal has a line that is overwritten, and at the end the attempts of the last', async () => {
    const stderr = capturedStream({ terminal: true })
    const env = { LANG: 'C.UTF-8', TERM: 'xterm' }
    const run = await waited([...argv, '--no-color'], changing('no', one, two), { stderr, env })
    const shown = run.stderr.split('\r\x1b[K').map((text) => text.replace(/[0-9.]+ m?s/g, 'T'))
    expect(shown).toContain('round 1: absent; again in T, for T more ...')
    expect(shown).toContain('round 2: 1 of 2 endpoints; again in T, for T more ...')
    expect(shown.filter((text) => text.includes('\n'))).toEqual([`memory     c${' '.repeat(61)}found 2      T\n`])
  })

  it('a terminal that cannot overwrite has those of the last alone', async () => {
    const stderr = capturedStream({ terminal: true })
    // With two pauses it takes longer than the time in which nothing is shown.
    const run = await waited(argv, changing('no', 'no', two), { stderr, env: { TERM: 'dumb' } })
    expect(run.stderr).toMatch(/^memory {5}c {61}found 2 {6}[0-9.]+ ms\n$/)
  })

  it('--verbose has the attempts of each, --quiet nothing', async () => {
    const run = await waited([...argv, '-v'], changing('no', one, two))
    expect(run.stderr.trimEnd().split('\n')).toHaveLength(3)
    const stderr = capturedStream({ terminal: true })
    expect(await waited([...argv, '-q'], changing('no', two), { stderr })).toMatchObject({ code: 0, stderr: '' })
  })
})
