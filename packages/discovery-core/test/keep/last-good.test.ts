import {
  type AttemptStatus,
  formatEndpoint,
  type Outcome,
  parseClusterName,
  parseEndpoint,
  type Source,
  type Withdrawal,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { type LastGood, retainLastGood } from '../../src/retain/last-good.js'
import { type Poll, PollRecorder } from '../../src/retain/poll.js'
import { type RetainOptions, retainPolicyOf } from '../../src/retain/retain-options.js'

/** `found:A,B` by dns; `empty`; `silent:-A` for what is withdrawn; several sources as `dns=found:A lists=timeout`; `alone=` has no method. */
function round(at: number, text: string): Poll {
  const recorder = new PollRecorder('endpoint')
  for (const part of text.split(' ')) {
    const [backend = '', answer = ''] = part.includes('=') ? part.split('=') : ['dns', part]
    const [status = '', names = ''] = answer.split(':')
    const method = status.startsWith('!') ? null : `${backend}-srv`
    const source: Source = { backend, method: `${backend}-srv`, origin: backend, ttl: null, authenticated: false }
    const withdrawn: Withdrawal[] = []
    for (const name of names.split(',')) {
      if (name === '') continue
      if (name === '-exists') withdrawn.push({ what: 'Alpha', origin: backend })
      else if (name.startsWith('-')) withdrawn.push({ what: formatEndpoint(endpointOf(name)), origin: backend })
      else if (name === 'exists') recorder.add({ type: 'cluster', name: parseClusterName('alpha'), source })
      else recorder.add({ type: 'endpoint', ...endpointOf(name), source })
    }
    const nothing = { target: 'x', server: null, count: 0, elapsedMs: 0, error: null, detail: null }
    const attempt = { ...nothing, status: status.replace('!', '') as AttemptStatus, withdrawn }
    recorder.add({ type: 'attempt-finished', id: 1, backend, method, ...attempt })
  }
  return recorder.poll(at)
}

function endpointOf(name: string): ReturnType<typeof parseEndpoint> {
  return parseEndpoint(`192.0.2.${name.charCodeAt(name.length - 1) - 64}`)
}

/** Plays rounds, one each 30 s unless `@seconds` says when, and shows what is kept after each: lower case is stale. */
function play(rounds: readonly string[], options: RetainOptions = {}): string[] {
  let state: LastGood | undefined
  return rounds.map((text, index) => {
    const [what = '', seconds = `${index * 30}`] = text.split('@')
    state = retainLastGood(state?.retained ?? [], round(Number(seconds) * 1_000, what), retainPolicyOf(options))
    return `${show(state)} ${state.outcome}`.trim()
  })
}

function show({ retained }: LastGood): string {
  return retained
    .map(({ assertion, why }) => {
      const name =
        assertion.type === 'cluster' ? 'EXISTS' : String.fromCharCode(64 + Number(assertion.address.slice(8)))
      return why === null ? name : name.toLowerCase()
    })
    .join('')
}

const errors: readonly AttemptStatus[] = ['refused', 'timeout', 'unreachable', 'malformed', 'failed', 'unavailable']
const day = 86_400

type Row = readonly [what: string, rounds: readonly string[], after: readonly string[], options?: RetainOptions]

const rows: readonly Row[] = [
  ...errors.map(
    (status) =>
      [`ST-1 ${status} keeps it`, ['found:A,B', status, status], ['AB found', 'ab found', 'ab found']] as const,
  ),
  [
    'ST-1 silence never empties it',
    ['found:A', 'silent', 'silent', 'silent'],
    ['A found', 'a found', 'a found', 'a found'],
  ],
  ['what is withdrawn is gone, and nothing else', ['found:A,B', 'silent:-A'], ['AB found', 'b found']],
  [
    'the last of it leaves a doubt, and no absence',
    ['found:A,exists', 'silent:-A,-exists'],
    ['AEXISTS found', 'undetermined'],
  ],
  [
    'what is withdrawn and said again stays',
    ['found:A', 'found:A,-A', 'silent:-A'],
    ['A found', 'A found', 'undetermined'],
  ],
  [
    'nobody withdraws what another source has said',
    ['dns=found:A mdns=found:A', 'dns=timeout mdns=silent:-A'],
    ['AA found', 'a found'],
  ],
  ['a question that was not needed does', ['found:A', 'lists=found:B dns=skipped'], ['A found', 'B found']],
  ['a good answer replaces it', ['found:A,B', 'found:B,C'], ['AB found', 'BC found']],
  ['a good answer after an error replaces it', ['found:A', 'timeout', 'found:B'], ['A found', 'a found', 'B found']],
  ['ST-2 a no is believed when it was said twice', ['found:A', 'empty', 'empty'], ['A found', 'a found', 'absent']],
  [
    'ST-2 an error between two of them begins anew',
    ['found:A', 'empty', 'timeout', 'empty', 'empty'],
    ['A found', 'a found', 'a found', 'a found', 'absent'],
  ],
  [
    'ST-2 a no within the interval does not count',
    ['found:A', 'empty@100', 'empty@110', 'empty@129', 'empty@130'],
    ['A found', 'a found', 'a found', 'a found', 'absent'],
  ],
  [
    'ST-2 the first no counts whenever it comes',
    ['found:A@0', 'empty@5', 'empty@35'],
    ['A found', 'a found', 'absent'],
  ],
  [
    'ST-2 three confirmations',
    ['found:A', 'empty', 'empty', 'empty'],
    ['A found', 'a found', 'a found', 'absent'],
    { confirmations: 3 },
  ],
  ['ST-2 believe', ['found:A', 'empty'], ['A found', 'absent'], { empty: 'believe' }],
  [
    'ST-2 keep',
    ['found:A', 'empty', 'empty', 'empty'],
    ['A found', 'a found', 'a found', 'a found'],
    { empty: 'keep' },
  ],
  [
    'ST-2 a cluster that only exists is no result',
    ['found:A,exists', 'empty:exists', 'empty:exists'],
    ['AEXISTS found', 'EXISTSa found', 'EXISTS known'],
  ],
  [
    'ST-2 "known" is not forgotten at once either',
    ['empty:exists', 'empty', 'empty'],
    ['EXISTS known', 'exists known', 'absent'],
  ],
  [
    'ST-3 it is kept for a day',
    ['found:A', `timeout@${day}`, `timeout@${day + 1}`],
    ['A found', 'a found', 'undetermined'],
  ],
  [
    'ST-3 or as long as is said',
    ['found:A', 'timeout@10', 'timeout@11'],
    ['A found', 'a found', 'undetermined'],
    { maxStale: 10_000 },
  ],
  ['ST-3 or not at all', ['found:A', 'timeout'], ['A found', 'undetermined'], { maxStale: 0 }],
  ['a no is never kept over an error', ['empty', 'timeout'], ['absent', 'undetermined']],
  [
    'a source that fails keeps its own beside others',
    ['dns=found:A,B lists=found:A', 'dns=timeout lists=found:A'],
    ['ABA found', 'Aab found'],
  ],
  [
    'a source that answers takes back only its own',
    ['dns=found:A lists=found:B', 'dns=found:C lists=refused'],
    ['AB found', 'Cb found'],
  ],
  [
    'a no of one source is confirmed too',
    ['dns=found:A lists=found:B', 'dns=empty lists=found:B', 'dns=empty lists=found:B'],
    ['AB found', 'Ba found', 'B found'],
  ],
  [
    'silence of one source takes nothing back',
    ['dns=found:A mdns=found:B', 'dns=found:A mdns=silent', 'dns=found:A mdns=silent'],
    ['AB found', 'Ab found', 'Ab found'],
  ],
  [
    'nor does it when another one says no',
    ['dns=empty mdns=found:B', 'dns=empty mdns=silent', 'dns=empty mdns=silent', 'dns=empty mdns=found:B'],
    ['B found', 'b found', 'b found', 'B found'],
  ],
  [
    'a no beside silence takes back what its own source has said',
    ['dns=found:A mdns=found:B', 'dns=empty mdns=silent', 'dns=empty mdns=silent'],
    ['AB found', 'ab found', 'b found'],
  ],
  ...errors.map(
    (status) =>
      [
        `ST-1 ${status} keeps it where somebody else knows that the cluster exists`,
        ['dns=found:A lists=empty:exists', `dns=${status} lists=empty:exists`, `dns=${status} lists=empty:exists`],
        ['AEXISTS found', 'EXISTSa found', 'EXISTSa found'],
      ] as const,
  ),
  [
    'ST-1 a list that exists and cannot be read keeps what it said',
    ['lists=found:A,exists', 'lists=malformed:exists', 'lists=malformed:exists', 'lists=found:B,exists'],
    ['AEXISTS found', 'EXISTSa found', 'EXISTSa found', 'BEXISTS found'],
  ],
  [
    'a source whose resolver fails as a whole has said nothing',
    ['dns=found:A lists=found:B', 'dns=!failed lists=found:C'],
    ['AB found', 'Ca found'],
  ],
  [
    'nor has any that an unknown resolver may have asked',
    ['dns=found:A lists=found:B', 'inner=!failed lists=found:C'],
    ['AB found', 'Ca found'],
  ],
  [
    'of several questions to one source a failed one counts',
    ['found:A,B', 'found:A timeout'],
    ['AB found', 'Ab found'],
  ],
  [
    'a source that nobody asks any more says nothing any more',
    ['dns=found:A lists=found:B', 'lists=found:B'],
    ['AB found', 'B found'],
  ],
  ...['dns=found:B dns=silent', 'dns=silent dns=found:B', 'dns=silent dns=empty dns=found:B'].map(
    (said) =>
      ['of several questions to one source silence counts', ['found:A,B', said], ['AB found', 'Ba found']] as const,
  ),
  ...['dns=empty dns=found:B', 'dns=found:B dns=empty', 'dns=found:B dns=skipped'].map(
    (said) =>
      ['of several questions to one source a result counts', ['found:A,B', said], ['AB found', 'B found']] as const,
  ),
  ...['dns=empty dns=skipped', 'dns=skipped dns=empty'].map(
    (said) =>
      [
        'of several questions to one source a no counts more than one that was not needed',
        ['found:A', `${said} lists=found:C`],
        ['A found', 'Ca found'],
      ] as const,
  ),
  [
    'a source that was not needed as a whole says nothing any more',
    ['dns=found:A lists=found:B', 'dns=!skipped lists=found:B'],
    ['AB found', 'B found'],
  ],
  [
    'one that fails by one method speaks for no other source',
    ['dns=found:A lists=found:B', 'dns=timeout mdns=found:C'],
    ['AB found', 'Ca found'],
  ],
  [
    'one that fails as a whole takes back nothing, whatever it has said before',
    ['found:A', 'found:C dns=!failed'],
    ['A found', 'Ca found'],
  ],
  [
    'a question that was not needed is a no where nobody has a result',
    ['found:A', 'skipped lists=empty:exists', 'skipped lists=empty:exists'],
    ['A found', 'EXISTSa found', 'EXISTS known'],
  ],
  [
    'a no beside a failure, without any result, takes nothing back',
    ['dns=found:A lists=found:B', 'dns=empty lists=timeout', 'dns=empty lists=timeout'],
    ['AB found', 'ab found', 'ab found'],
  ],
  ['of several questions to one source a result is no denial', ['found:A,B', 'empty found:A'], ['AB found', 'A found']],
]

describe('the last good answer', () => {
  for (const [what, rounds, after, options] of rows) {
    it(`${what}: ${rounds.join('; ')}`, () => {
      expect(play(rounds, options)).toEqual(after)
    })
  }

  it('knows an age and a reason', () => {
    const first = retainLastGood([], round(1_000, 'found:A'), retainPolicyOf({}))
    const second = retainLastGood(first.retained, round(5_000, 'timeout'), retainPolicyOf({}))
    const third = retainLastGood(second.retained, round(9_000, 'empty'), retainPolicyOf({}))
    expect(
      [first, second, third].map(({ retained }) => retained.map(({ assertedAt, why }) => [assertedAt, why])),
    ).toEqual([[[1_000, null]], [[1_000, 'unheard']], [[1_000, 'denied']]])
  })

  it.each<readonly [RetainOptions]>([
    [{ maxStale: -1 }],
    [{ confirmations: 0 }],
    [{ confirmations: 1.5 }],
    [{ confirmInterval: Number.NaN }],
    [{ empty: 'never' as 'keep' }],
  ])('refuses %o', (options) => {
    expect(() => retainPolicyOf(options)).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
  })

  it.each<readonly [rounds: readonly string[], outcome: Outcome]>([
    [['timeout'], 'undetermined'],
    [['silent'], 'undetermined'],
    [['empty'], 'absent'],
    [['empty:exists'], 'known'],
  ])('of nothing before, %o is %s', (rounds, outcome) => {
    expect(play(rounds).at(-1)).toContain(outcome)
  })
})

it('what a choice passed over, without an attempt of its own, is kept as not heard', () => {
  const polled = (at: number, backend: string, name: string, unanswered: readonly string[][]): Poll => {
    const recorder = new PollRecorder('endpoint')
    const source: Source = { backend, method: `${backend}-srv`, origin: backend, ttl: null, authenticated: false }
    const choice = { path: [backend], unanswered }
    recorder.add({ type: 'endpoint', ...endpointOf(name), source, choice })
    const nothing = { target: 'x', server: null, elapsedMs: 0, error: null, detail: null }
    const attempt = { id: 1, backend, method: source.method, status: 'found' as const, count: 1 }
    const servers = [{ server: '192.0.2.53:53', status: 'found', error: null, detail: null }] as const
    recorder.add({ type: 'attempt-finished', ...attempt, ...nothing, servers })
    return recorder.poll(at)
  }
  const policy = retainPolicyOf({})
  const before = retainLastGood([], polled(0, 'dns', 'A', []), policy)
  const after = retainLastGood(before.retained, polled(30_000, 'lists', 'B', [['dns']]), policy)
  expect(show(after)).toBe('a')
  expect(after.retained.map(({ why }) => why)).toEqual(['unheard'])
  // What is replayed later cannot be changed.
  expect(Object.isFrozen(after.poll.attempts[0]?.servers?.[0])).toBe(true)
})
