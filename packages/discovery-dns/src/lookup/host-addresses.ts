import { type CancellationToken, startTimer } from '@pstorage/discovery-core'
import { type Name, RecordType } from '@pstorage/dns-message'
import type { NameServer } from '../config/name-server.js'
import { type LinkedAbort, linkedAbort } from '../transport/connections.js'
import { type AdditionalAddresses, type HostAddress, recordAddress } from './additional-addresses.js'
import { type DnsContext, lookUpIn } from './dns-context.js'
import { type Lookup, type LookupFailed, limitedLookup } from './lookup.js'

/** Milliseconds that the other family gets once one has brought addresses (RFC 8305 section 3). */
const RESOLUTION_DELAY = 250

const othersAnswered = new Error('the other family has brought addresses')

/** Addresses of an SRV target. */
export interface HostLookup {
  readonly addresses: readonly HostAddress[]
  /** The target is an alias, which RFC 2782 forbids. */
  readonly alias: boolean
  /** Reasons why there is no address, or not every address; empty when every query was answered. */
  readonly failures: readonly LookupFailed[]
}

/**
 * Asks for the addresses of an SRV target, A and AAAA together unless `options no-aaaa` is set. Once one has brought some, the
 * other is not waited for much longer; that there are none of one family says nothing about the other. What came along
 * serves where that brings none.
 *
 * @param server the one that has the SRV records
 */
export async function hostAddresses(
  context: DnsContext,
  target: Name,
  { glue, server }: { readonly glue: AdditionalAddresses; readonly server: NameServer },
  ending: CancellationToken,
): Promise<HostLookup> {
  const { noAaaa = false } = context.settings.options
  const types = noAaaa ? [RecordType.A] : [RecordType.A, RecordType.AAAA]
  if (!context.furtherQuestions.take(types.length)) {
    return { addresses: glue.addresses, alias: false, failures: [limitedLookup()] }
  }
  const late = linkedAbort(ending)
  const lookups = await lookUpAll(preferringServer(context, server), target, types, late)
  late.abort(othersAnswered)
  const addresses = lookups.flatMap(addressesOf)
  return {
    addresses: addresses.length > 0 ? addresses : glue.addresses,
    alias: lookups.some((lookup) => lookup.kind === 'found' && lookup.rrset.aliases > 0),
    failures: lookups.filter((lookup) => lookup.kind === 'failed'),
  }
}

/** Asks the server first that has the SRV records, and lets it deny: what it does not know of its own targets, no other has to. */
function preferringServer(context: DnsContext, server: NameServer): DnsContext {
  const { settings } = context
  if (settings.servers[0] === server) return context
  const servers = [server, ...settings.servers.filter((other) => other !== server)]
  return { ...context, settings: { ...settings, servers, mayDeny: true } }
}

async function lookUpAll(
  context: DnsContext,
  target: Name,
  types: readonly number[],
  late: LinkedAbort,
): Promise<readonly Lookup[]> {
  let pending = types.length
  let stopTimer = NOTHING_TO_STOP
  const lookups = await Promise.all(
    types.map(async (type) => {
      const lookup = await lookUpIn(context, { name: target, type }, late.ending)
      pending -= 1
      if (pending > 0 && addressesOf(lookup).length > 0) {
        stopTimer = startTimer(context.query.clock, RESOLUTION_DELAY, () => late.abort(othersAnswered))
      }
      return lookup
    }),
  )
  stopTimer()
  return lookups
}

const NOTHING_TO_STOP = (): void => {}

function addressesOf(lookup: Lookup): readonly HostAddress[] {
  if (lookup.kind !== 'found') return []
  const { rrset, authenticated } = lookup
  return rrset.data.flatMap((data) =>
    data.kind === 'A' || data.kind === 'AAAA' ? [{ address: recordAddress(data), ttl: rrset.ttl, authenticated }] : [],
  )
}
