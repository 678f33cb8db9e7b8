import { describe, expect, it } from 'vitest'
import { dnsEndpoints } from '../src/name-servers.js'
import { allowedIn } from '../src/oracle.js'
import type { ServerState, World } from '../src/world.js'

type Pair = readonly [ServerState, ServerState]

const no: Pair = ['NXDOMAIN', 'NXDOMAIN']
const world = (dns: readonly Pair[], changes: Partial<World> = {}): World => ({
  ...{ choice: 'all', policy: 'first', isListed: false, bootstrap: 'not configured', multicast: 'silent', dns },
  ...changes,
})

describe('the oracle allows', () => {
  it.each<readonly [string, World, readonly string[]]>([
    ['absent where both domains are denied', world([no, no]), ['absent']],
    ['absent by the first server, whatever the second says', world([['NODATA', 'REFUSED']]), ['absent']],
    ['both where the second server has what the first denies', world([['NXDOMAIN', 'has it']]), ['found', 'absent']],
    ['found where the first server takes its time', world([['late', 'NXDOMAIN']]), ['found']],
    ['nothing by the second server where the first fails', world([['SERVFAIL', 'NXDOMAIN']]), ['undetermined']],
    ['nothing by a stale denial', world([['stale no', 'stale no']]), ['undetermined']],
    ['nothing by a filter', world([['filtered', 'filtered']]), ['undetermined']],
    ['nothing without a proof', world([['no proof', 'referral']]), ['undetermined']],
    ['nothing below a domain that does not exist', world([['domain missing', 'NXDOMAIN']]), ['undetermined']],
    ['nothing where one domain is not answered', world([no, ['silent', 'silent']]), ['undetermined']],
    ['known where TXT lists it', world([no], { isListed: true }), ['known']],
    ['nothing where a list cannot be read', world([no], { bootstrap: 'unreadable' }), ['undetermined']],
    ['nothing where a given directory is missing', world([no], { bootstrap: 'missing' }), ['undetermined']],
    ['nothing where multicast cannot be asked', world([no], { multicast: 'cannot' }), ['undetermined']],
    ['nothing where this host hears nobody', world([no], { multicast: 'deaf' }), ['undetermined']],
    ['nothing by silence alone', world([], { choice: 'without dns' }), ['undetermined']],
    ['absent by a list alone', world([], { choice: 'without dns', bootstrap: 'has not' }), ['absent']],
  ])('%s', (_, asked, outcomes) => {
    expect([...allowedIn(asked).outcomes]).toEqual(outcomes)
  })

  it.each<readonly [string, readonly Pair[], readonly string[]]>([
    [
      'the first domain where both have it',
      [
        ['has it', 'has it'],
        ['has it', 'has it'],
      ],
      [dnsEndpoints[0]],
    ],
    [
      'the first domain, which is late',
      [
        ['late', 'closed'],
        ['has it', 'has it'],
      ],
      [dnsEndpoints[0]],
    ],
    [
      'the second domain where the first fails',
      [
        ['SERVFAIL', 'silent'],
        ['has it', 'closed'],
      ],
      [dnsEndpoints[1]],
    ],
  ])('%s', (_, dns, endpoints) => {
    expect(allowedIn(world(dns)).endpoints).toEqual(endpoints.map((endpoint) => [endpoint]))
  })
})
