import { seededRandom } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { corrupted, fateOf } from '../../src/relay/link-faults.js'

const packet = Uint8Array.from({ length: 50 }, (_, index) => index)

describe('the fate of a packet', () => {
  it.each([
    ['nothing is wrong', {}, [0]],
    ['it is late', { delay: 7 }, [7]],
    ['it is lost', { loss: 1_000 }, []],
    ['it comes twice', { duplication: 1_000, delay: 3 }, [3, 3]],
    ['it would come twice, and is lost', { duplication: 1_000, loss: 1_000 }, []],
  ])('%s', (_, faults, delays) => {
    expect(fateOf(packet, faults, seededRandom(1))).toEqual({ delays, bytes: packet })
  })

  it('is the same for the same seed', () => {
    const faults = { loss: 300, jitter: 100, corruption: 500 }
    const fates = (seed: number) => {
      const random = seededRandom(seed)
      return Array.from({ length: 20 }, () => fateOf(packet, faults, random))
    }
    expect(fates(4)).toEqual(fates(4))
    expect(fates(4)).not.toEqual(fates(5))
  })

  it('is one octet that changes, when it is corrupted, and not in the packet itself', () => {
    const random = seededRandom(1)
    for (let round = 0; round < 1_000; round += 1) {
      const changed = corrupted(packet, random)
      expect(changed.filter((octet, index) => octet !== index)).toHaveLength(1)
    }
    expect(packet[49]).toBe(49)
    expect(corrupted(new Uint8Array(), random)).toHaveLength(0)
  })
})
