import {
  type Attempt,
  type AttemptStatus,
  type Outcome,
  parseClusterName,
  type ServerAttempt,
  type Source,
} from '@pstorage/discovery-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backendNames } from '../src/context.js'
import { attemptLines } from '../src/terminal/attempt-line.js'
import { styleFor } from '../src/terminal/style.js'
import { summaryLines } from '../src/terminal/summary.js'
import { capturedStream } from './captured-stream.js'

const style = styleFor(capturedStream(), {}, true)

const server = (address: string, status: AttemptStatus, detail: string | null = null): ServerAttempt => ({
  server: `${address}:53`,
  status,
  error: null,
  detail,
})

function attempt(status: AttemptStatus, servers: readonly ServerAttempt[], more: Partial<Attempt> = {}): Attempt {
  const about = { backend: 'dns', method: 'dns-srv', target: 'x.test', server: servers[0]?.server ?? null }
  return { ...about, status, count: 0, elapsedMs: 3, error: null, detail: null, servers, ...more }
}

interface SummaryCase {
  readonly outcome: Outcome
  readonly attempts: readonly Attempt[]
  readonly sources?: readonly Source[]
  readonly cluster?: string | undefined
  readonly attemptsShown?: boolean
}

function summaryOf({
  outcome,
  attempts,
  sources = [],
  cluster = 'x',
  attemptsShown = false,
}: SummaryCase): readonly string[] {
  const settings = { servers: ['192.0.2.1'], domains: ['test'], axfr: 'never', denials: 'proven' } as const
  const others = { tsigKeyFile: undefined, tls: undefined, interfaces: [], directories: [], addresses: [] }
  const subject = {
    ...{ backends: backendNames, policy: 'first' as const, timeout: 5_000, settings: { ...settings, ...others } },
    cluster: cluster === '' ? undefined : parseClusterName(cluster),
  }
  return summaryLines({ subject, report: { outcome, attempts }, sources, style, attemptsShown })
}

const silent = attempt('silent', [], { backend: 'zeroconf', method: 'mdns', target: '_pstorage._tcp.local' })

describe('a summary', () => {
  it('lists the servers of a denial that have denied', () => {
    const servers = [server('192.0.2.1', 'empty', 'NXDOMAIN'), server('192.0.2.2', 'timeout')]
    expect(summaryOf({ outcome: 'absent', attempts: [attempt('empty', servers), silent] })).toEqual([
      "cluster 'x' does not exist; all sources answered:",
      '  dns-srv  x.test  empty  3 ms',
      '    @192.0.2.1:53  empty  (NXDOMAIN)',
    ])
  })

  it('lists the servers of a failure that gave no answer', () => {
    const servers = [server('192.0.2.1', 'timeout'), server('192.0.2.2', 'empty', 'NXDOMAIN')]
    const failed = attempt('timeout', servers, { server: '192.0.2.2:53' })
    const [claim, ...lines] = summaryOf({ outcome: 'undetermined', attempts: [failed, silent] })
    expect(claim).toBe("cannot tell whether cluster 'x' exists; no answer from:")
    expect(lines.slice(0, 2)).toEqual(['  dns-srv  x.test  timeout  3 ms', '    @192.0.2.1:53  timeout'])
  })

  it.each<[string, SummaryCase, string]>([
    ['of the names', { outcome: 'absent', attempts: [], cluster: '' }, 'there is no cluster; all sources answered'],
    [
      'of the names, undetermined',
      { outcome: 'undetermined', attempts: [attempt('refused', [])], cluster: '', attemptsShown: true },
      'cannot tell which clusters exist: not every source answered',
    ],
    [
      'that nothing was asked for',
      { outcome: 'undetermined', attempts: [] },
      "cannot tell whether cluster 'x' exists: no source was asked",
    ],
    [
      'of multicast alone',
      { outcome: 'undetermined', attempts: [silent], attemptsShown: true },
      "cannot tell whether cluster 'x' exists: only multicast was asked, and silence proves nothing",
    ],
  ])('%s', (_, report, line) => {
    expect(summaryOf(report)[0]).toBe(line)
  })

  it('of a cluster without addresses says who names it, and who gave no answer', () => {
    const source = {
      backend: 'dns',
      method: 'dns-txt',
      origin: 'names.test @192.0.2.2:53',
      ttl: 1,
      authenticated: false,
    }
    const lines = summaryOf({ outcome: 'known', attempts: [attempt('refused', [])], sources: [source] })
    expect(lines).toEqual([
      "cluster 'x' exists but has no usable address; it is named by:",
      '  dns-txt  names.test @192.0.2.2:53',
      'no answer from:',
      '  dns-srv  x.test  refused  3 ms',
    ])
  })

  it('never has a server both answer and give no answer, whatever the attempts are', () => {
    const statuses = [
      'empty',
      'silent',
      'refused',
      'timeout',
      'unreachable',
      'failed',
      'malformed',
      'unavailable',
    ] as const
    const anyServer = fc
      .tuple(fc.constantFrom('192.0.2.1', '192.0.2.2', '192.0.2.3'), fc.constantFrom(...statuses))
      .map(([address, status]) => server(address, status))
    const servers = fc.uniqueArray(anyServer, { maxLength: 3, selector: (one) => one.server })
    // A denial counts once those before it have denied; an attempt that failed has a server that failed.
    const attempts = fc.array(
      servers.map((list) => {
        const failed = list.find(({ status }) => status !== 'empty' && status !== 'silent')
        return attempt(failed?.status ?? 'empty', list, { server: list.at(-1)?.server ?? null })
      }),
      { maxLength: 4 },
    )
    fc.assert(
      fc.property(attempts, (list) => {
        const outcome = list.every(({ status }) => status === 'empty') ? 'absent' : 'undetermined'
        const lines = summaryOf({ outcome, attempts: list })
        const isDenied = (line: string): boolean => / {2}empty\b/.test(line)
        const listed = lines.filter((line) => line.includes('@'))
        expect(listed.every((line) => isDenied(line) === (outcome === 'absent'))).toBe(true)
      }),
      { seed: 13, numRuns: 500 },
    )
  })
})

describe('an attempt with several servers', () => {
  it('is followed by each of them', () => {
    const servers = [server('192.0.2.1', 'timeout'), server('192.0.2.2', 'found')]
    expect(attemptLines(attempt('found', servers, { server: '192.0.2.2:53', count: 3 }), style)).toEqual([
      'dns-srv  x.test @192.0.2.2:53  found 3  3 ms',
      '  @192.0.2.1:53  timeout',
      '  @192.0.2.2:53  found',
    ])
    expect(attemptLines(attempt('found', servers.slice(1)), style)).toHaveLength(1)
  })

  it('has their columns below its own on a terminal', () => {
    const lines = attemptLines(attempt('timeout', [server('192.0.2.1', 'timeout'), server('192.0.2.2', 'refused')]), {
      ...style,
      targetWidth: 30,
    })
    const [first = '', ...others] = lines
    for (const line of others) expect(line.search(/timeout|refused/)).toBe(first.indexOf('timeout'))
  })
})
