import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type CachedOptions,
  cached,
  type ResolveReport,
  resolveCluster,
  type SimulatedClock,
  simulatedClock,
} from '@pstorage/discovery-core'
import { answeringResolver, itemOf } from '../answering-resolver.js'

/** The time of day at which a life at 0 begins. */
export const START = 1_700_000_000_000

/** A directory for one test, gone after it. */
export async function directory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'discovery-core-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** Lets happen what happens, without simulated time passing, until a promise is settled: files are read in real time. */
export async function settled<T>(clock: SimulatedClock, promise: Promise<T>): Promise<T> {
  let over = false
  const watched = promise.finally(() => {
    over = true
  })
  watched.catch(() => {})
  while (!over) await clock.advance(0)
  return watched
}

/** One life of a process: asks, and ends. `at` is the time of day in seconds. */
export async function life(file: string, at: number, answers: readonly string[], options: CachedOptions = {}) {
  const clock = simulatedClock()
  const backend = answeringResolver(answers, { clock, delay: 0 })
  const wallClock = (): number => START + at * 1_000 + clock.now()
  const resolver = cached(backend, { clock, file, wallClock, ...options })
  const reports: ResolveReport[] = []
  for (const _ of answers) {
    reports.push(await settled(clock, resolveCluster(resolver, 'alpha')))
    await clock.advance(60_000)
  }
  await settled(clock, Promise.resolve(resolver[Symbol.asyncDispose]()))
  return reports
}

export function shown({ endpoints, outcome }: ResolveReport): string {
  return `${endpoints.map(itemOf).join('')} ${outcome}`.trim()
}

/** A file that is in order. */
export const good = {
  schemaVersion: 1,
  answers: [
    {
      cluster: 'alpha',
      statements: [
        {
          saidAt: START,
          type: 'endpoint',
          ...{ address: '192.0.2.1', port: 2510, host: 'mds1.example.org', priority: 0, weight: 1, ttl: 60 },
          source: { backend: 'dns', method: 'dns-srv', origin: 'x', ttl: 60, authenticated: true },
          preference: [0],
        },
      ],
    },
  ],
}

/** The same with a change. */
export function damaged(change: (document: typeof good) => unknown): string {
  return JSON.stringify(change(structuredClone(good)))
}

/** The same with other fields in its statement. */
export function withStatement(fields: object): string {
  return damaged((document) => {
    Object.assign(document.answers[0]?.statements[0] ?? {}, fields)
    return document
  })
}
