import { probe, simulatedClock } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import type { Connector } from '../../src/probe/connect.js'
import { probeWith } from '../../src/probe/probe.js'

/** Connects after as many milliseconds as the port says; odd ports are refused after that. */
function simulatedNetwork() {
  const clock = simulatedClock()
  const state = { open: 0, most: 0, opened: 0 }
  const connect: Connector = async ({ port }, signal) => {
    state.open += 1
    state.opened += 1
    state.most = Math.max(state.most, state.open)
    try {
      await clock.sleep(port, signal)
      return port % 2 === 0 ? undefined : { code: 'ECONNREFUSED', message: 'refused' }
    } catch {
      return { code: 'ETIMEDOUT', message: 'connection timed out' }
    } finally {
      state.open -= 1
    }
  }
  return { clock, connect, state }
}

const at = (...ports: number[]) => ports.map((port) => ({ address: '192.0.2.1', port, note: `port ${port}` }))

describe('probe', () => {
  it('puts reachable ones first, otherwise keeps the order, and drops none', async () => {
    const { clock, connect } = simulatedNetwork()
    const probing = probeWith(connect, at(41, 40, 20, 5_000, 21, 10), { clock })
    await clock.advance(5_000)
    const probed = await probing
    expect(probed.map(({ note, reachable, latencyMs, error }) => [note, reachable, latencyMs, error?.code])).toEqual([
      ['port 40', true, 40, undefined],
      ['port 20', true, 20, undefined],
      ['port 10', true, 10, undefined],
      ['port 41', false, null, 'ECONNREFUSED'],
      ['port 5000', false, null, 'ETIMEDOUT'],
      ['port 21', false, null, 'ECONNREFUSED'],
    ])
    expect(Object.isFrozen(probed) && probed.every((one) => Object.isFrozen(one))).toBe(true)
    expect(clock.sleepers).toBe(0)
  })

  it.each([
    [undefined, 32],
    [3, 3],
    [1_000, 100],
  ])('tries no more than %s at once', async (concurrency, most) => {
    const { clock, connect, state } = simulatedNetwork()
    const probing = probeWith(connect, at(...Array.from({ length: 100 }, () => 10)), { clock, concurrency })
    await clock.advance(5_000)
    expect((await probing).filter(({ reachable }) => reachable)).toHaveLength(100)
    expect(state.most).toBe(most)
  })

  it('gives each its time, and all of them theirs', async () => {
    const { clock, connect, state } = simulatedNetwork()
    const silent = at(...Array.from({ length: 100 }, () => 60_000))
    const probing = probeWith(connect, [...silent, ...at(2)], { clock, timeout: 4_000, connectTimeout: 1_500 })
    let endedAt = -1
    const ended = probing.then((probed) => {
      endedAt = clock.now()
      return probed
    })
    await clock.advance(60_000)
    const probed = await ended
    expect(endedAt).toBe(4_000)
    expect(state.opened).toBe(96)
    expect(probed).toHaveLength(101)
    expect(probed.every(({ error }) => error?.code === 'ETIMEDOUT')).toBe(true)
    expect(clock.sleepers).toBe(0)
  })

  it('ST-8 ends with its signal, at once, and closes everything', async () => {
    const { clock, connect, state } = simulatedNetwork()
    const abort = new AbortController()
    const probing = probeWith(connect, at(1_000, 1_000, 1_000), { clock, concurrency: 2, signal: abort.signal })
    const rejection = expect(probing).rejects.toBe('enough')
    await clock.advance(100)
    abort.abort('enough')
    await rejection
    expect(state).toEqual({ open: 0, most: 2, opened: 2 })
    expect(clock.sleepers).toBe(0)
    await expect(probeWith(connect, at(2), { clock, signal: abort.signal })).rejects.toBe('enough')
    expect(state.opened).toBe(2)
  })

  it('of nothing is nothing', async () => {
    expect(await probe([])).toEqual([])
  })

  it.each([
    [{ address: 'mds1.example.org', port: 2510 }],
    [{ address: '192.0.2.1', port: 0 }],
    [{ address: '192.0.2.1', port: 2_510.5 }],
    [{ address: '', port: 2510 }],
  ])('refuses %o before anything is tried', async (endpoint) => {
    const { connect, state } = simulatedNetwork()
    const probing = probeWith(connect, [...at(2), endpoint], {})
    await expect(probing).rejects.toMatchObject({ code: 'ERR_ENDPOINT_INVALID' })
    expect(state.opened).toBe(0)
  })

  it.each([[{ timeout: -1 }], [{ connectTimeout: Number.NaN }], [{ concurrency: 0 }]])(
    'refuses %o',
    async (options) => {
      await expect(probe([], options)).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
    },
  )
})
