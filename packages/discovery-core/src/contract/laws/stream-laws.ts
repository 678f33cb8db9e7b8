import assert from 'node:assert/strict'
import { clusterNameFault } from '../../model/cluster-name.js'
import type { ResolveEvent } from '../../model/events.js'
import { canonicalAddress } from '../../model/ip-address.js'
import { OutcomeTally } from '../../report/outcome-tally.js'
import { isPort } from '../../runtime/option-checks.js'
import { escapeText } from '../../runtime/text.js'
import { everyMethod, type Law, simpleWorld } from '../law.js'
import { allEvents } from '../observe.js'

const failures = new Set(['refused', 'timeout', 'unreachable', 'malformed', 'failed', 'unavailable'])
const eventTypes = new Set(['attempt-started', 'cluster', 'endpoint', 'attempt-finished', 'warning', 'end'])
const otherStatuses = new Set(['found', 'empty', 'silent', 'skipped'])

/** Laws of every stream of events. */
export const streamLaws: readonly Law[] = [
  {
    id: 'R-08',
    title: 'every stream has exactly one end, last, and its outcome is what the events amount to',
    async run({ publish }) {
      await using fixture = await publish(simpleWorld)
      for (const [method, ask] of Object.entries(everyMethod)) {
        const events = await allEvents(ask(fixture.resolver))
        const last = events.at(-1)
        assert.equal(events.filter(({ type }) => type === 'end').length, 1, `${method}: one end`)
        assert.ok(last?.type === 'end', `${method}: end is last`)
        for (const { type } of events) assert.ok(eventTypes.has(type), `${method}: an event of type ${type}`)
        const tally = new OutcomeTally(method === 'discover' ? 'cluster' : 'endpoint')
        for (const event of events) if (event.type !== 'end') tally.add(event)
        assert.equal(last.outcome, tally.outcome(), `${method}: outcome`)
      }
    },
  },
  {
    id: 'R-09',
    title: 'every attempt that starts finishes once, with the same id, and every failed one says why',
    async run({ publish }) {
      await using fixture = await publish(simpleWorld)
      for (const [method, ask] of Object.entries(everyMethod)) {
        const open = new Set<number>()
        const finished = new Set<number>()
        let started = 0
        for (const event of await allEvents(ask(fixture.resolver))) {
          if (event.type === 'attempt-started') {
            started += 1
            assert.ok(!open.has(event.id) && !finished.has(event.id), `${method}: started twice: ${event.target}`)
            open.add(event.id)
          }
          if (event.type !== 'attempt-finished') continue
          assert.ok(!finished.has(event.id), `${method}: finished twice: ${event.target}`)
          open.delete(event.id)
          finished.add(event.id)
          assert.ok(failures.has(event.status) || otherStatuses.has(event.status), `status ${event.status}`)
          assert.ok(Number.isInteger(event.count) && event.count >= (event.status === 'found' ? 1 : 0), 'count')
          assert.ok(event.elapsedMs >= 0)
          if (failures.has(event.status)) assert.ok(event.error?.code && event.error.message, 'why it failed')
          else assert.equal(event.error, null)
        }
        assert.ok(started > 0, `${method}: an attempt starts`)
        assert.equal(open.size, 0, `${method}: started and never finished`)
      }
    },
  },
  {
    id: 'R-18',
    title: 'every result says who said it, and is whole: a valid name, an IP address, a port',
    async run({ publish }) {
      await using fixture = await publish(simpleWorld)
      for (const ask of Object.values(everyMethod)) {
        for (const event of await allEvents(ask(fixture.resolver))) assertWholeResult(event)
      }
    },
  },
]

function assertWholeResult(event: ResolveEvent): void {
  if (event.type === 'cluster') assert.equal(clusterNameFault(event.name), undefined)
  if (event.type === 'endpoint') {
    assert.equal(event.address, canonicalAddress(event.address))
    assert.ok(isPort(event.port), 'port')
    for (const key of ['priority', 'weight'] as const) assert.ok(isNullOrUpTo(event[key], 65_535), key)
    assert.ok(isNullOrUpTo(event.ttl, 2 ** 32 - 1), 'ttl')
    assert.ok(event.host === null || (event.host !== '' && event.host === escapeText(event.host)), 'host')
  }
  if (event.type !== 'cluster' && event.type !== 'endpoint') return
  const { backend, method, origin, ttl, authenticated } = event.source
  assert.ok(backend !== '' && method !== '' && origin !== '')
  assert.ok(ttl === null || ttl >= 0)
  assert.equal(typeof authenticated, 'boolean')
}

function isNullOrUpTo(value: number | null, most: number): boolean {
  return value === null || (Number.isInteger(value) && value >= 0 && value <= most)
}
