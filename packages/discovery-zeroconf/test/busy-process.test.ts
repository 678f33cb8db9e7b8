import { describe, expect, it } from 'vitest'
import { resolved } from './answered.js'
import { multicastResponse } from './multicast-response.js'
import { packetRecords, servicePacket } from './service-packets.js'

const alpha = { instance: 'mds1', txt: ['cluster=alpha'] }
const records = packetRecords(alpha)
const [withoutAddress, address] = [multicastResponse(records.slice(0, 3)), multicastResponse(records.slice(3))]

describe('a process that is busy for 3 s right after its query', () => {
  const busy = { from: 100, to: 3_100 }

  it.each([
    ['what has arrived meanwhile', [[150, servicePacket(alpha)]]],
    ['what has arrived at the end', [[3_090, servicePacket(alpha)]]],
    [
      'answers to later questions',
      [
        [150, withoutAddress],
        [3_300, address],
      ],
    ],
    ['what answers only the repeated question', [[4_050, servicePacket(alpha)]]],
  ] as const)('finds %s', async (_, incoming) => {
    expect(await resolved({ incoming, busy })).toMatchObject({
      outcome: 'found',
      endpointTexts: ['192.0.2.21:2510'],
      codes: [],
    })
  })

  it('does not take the time for one of silence: all questions are sent, a second apart', async () => {
    const { statuses, listQueries, endedAt } = await resolved({ busy })
    const [first = 0, second = 0, repeated = 0, again = 0, ...others] = listQueries.map(({ at }) => at)
    expect(others).toEqual([])
    expect(second).toBe(3_102)
    expect(repeated - first).toBeGreaterThanOrEqual(1_000)
    expect(again - second).toBe(1_000)
    // What has arrived by then is read first.
    expect(endedAt).toBe(again + 250 + 2)
    expect(statuses).toEqual(['silent'])
  })
})

describe('a process that is busy beyond the time of the question', () => {
  it('has not listened, although it gets some of the time back', async () => {
    const report = await resolved({ busy: { from: 100, to: 6_100 } })
    expect(report).toMatchObject({ outcome: 'undetermined', statuses: ['timeout'], endedAt: 6_200 })
  })
})
