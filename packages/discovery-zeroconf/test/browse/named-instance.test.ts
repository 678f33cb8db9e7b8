import { readMessage } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { NamedInstance } from '../../src/browse/browse-questions.js'
import { recordOf } from '../../src/records/read-response.js'
import { ServiceDirectory } from '../../src/records/service-directory.js'
import { multicastResponse } from '../multicast-response.js'
import { packetRecords } from '../service-packets.js'

/** Everything about an instance but the records of that type, received at that time. */
function receive(directory: ServiceDirectory, withoutType: string, now: number): void {
  const records = packetRecords({ instance: 'alpha', txt: [] }).filter(({ type }) => type !== withoutType)
  for (const resource of readMessage(multicastResponse(records)).answers) {
    const record = recordOf(resource)
    if (record !== undefined) directory.add(record, '192.0.2.21', now)
  }
}

describe('NamedInstance', () => {
  const scene = () => {
    const directory = new ServiceDirectory({ records: 100, recordsPerName: 10 })
    return { directory, named: new NamedInstance('Alpha', directory) }
  }

  it('is queried where no host lists it', () => {
    const { directory, named } = scene()
    receive(directory, 'PTR', 0)
    expect(named.questions(1_000)).toHaveLength(2)
  })

  it('is not queried where it is known', () => {
    const { directory, named } = scene()
    receive(directory, '', 0)
    expect(named.questions(1_000)).toEqual([])
    expect(named.answered(1_000)).toBeUndefined()
  })

  it.each([
    ['has sent everything since', '', 1_001, true],
    ['has sent everything but its name in a list', 'PTR', 1_001, true],
    ['had sent everything before: it may have taken back since that it is there', 'PTR', 999, false],
    ['has not sent where it listens', 'SRV', 1_001, false],
    ['has not sent what it is', 'TXT', 1_001, false],
  ] as const)('that %s', (_, withoutType, at, isAnswered) => {
    const { directory, named } = scene()
    named.questions(1_000)
    receive(directory, withoutType, at)
    expect(named.answered(1_100) !== undefined).toBe(isAnswered)
  })
})
