import { type EndpointEvent, parseClusterName, parseEndpoint } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { disagreements } from '../src/compose/merge-of.js'

const alpha = parseClusterName('alpha')

function side(backend: string, ...texts: readonly (string | EndpointEvent)[]): readonly EndpointEvent[] {
  return texts.map((text) => (typeof text === 'string' ? said(backend, text) : text))
}

function said(backend: string, text: string, more: Partial<EndpointEvent> = {}): EndpointEvent {
  const source = { backend, method: 'test', origin: backend, ttl: null, authenticated: false }
  return { type: 'endpoint', ...parseEndpoint(text), source, ...more }
}

describe('disagreements', () => {
  it('are none where sides agree', () => {
    expect(disagreements(alpha, [side('dns', '192.0.2.1'), side('lists', '192.0.2.1')])).toEqual([])
  })

  it('are warnings where they do not', () => {
    expect(disagreements(alpha, [side('dns', '192.0.2.1'), side('lists', '192.0.2.2')])).toEqual([
      {
        type: 'warning',
        code: 'sources-disagree',
        message: 'dns and lists differ about alpha: only dns has 192.0.2.1:2510; only lists has 192.0.2.2:2510',
      },
    ])
  })

  it.each([
    ['all of them', side('lists', said('lists', '192.0.2.2', { staleMs: 1 }))],
    ['one of them', side('lists', '192.0.2.3', said('lists', '192.0.2.2', { staleMs: 1 }))],
  ])('say nothing of a side that is stale: %s', (_, stale) => {
    expect(disagreements(alpha, [side('dns', '192.0.2.1'), stale])).toEqual([])
  })
})
