import { type Octets, RecordType, wireNameToText } from '@pstorage/dns-message'
import { NameServerError, quote } from '../name-server-error.js'
import { type ClusterEntry, type InventorySettings, inventoryRecords } from './inventory.js'
import { isNewerSerial, nextSerial, readAuthorityNumbers, withSerial, type Zone, type ZoneRecord } from './zone.js'
import { ZoneBuilder, ZoneFault } from './zone-builder.js'
import { readZoneText } from './zone-text.js'
import { zoneTextError } from './zone-text-scanner.js'

/** The contents of a server: an inventory of clusters, or the text of a zone. */
export type ZoneContents =
  | {
      /** Published as TXT, SRV, A and AAAA records, with an SOA, an NS and its address. */
      readonly clusters: readonly ClusterEntry[]
      readonly zone?: undefined
    }
  | {
      /** Master-file text (RFC 1035 section 5) whose first origin is `origin`. */
      readonly zone: string
      readonly clusters?: undefined
    }

/** Builds the successive zones of a server. */
export class ZoneSource {
  readonly #settings: Omit<InventorySettings, 'serial'>
  #serial: number | undefined

  constructor(settings: Omit<InventorySettings, 'serial'>) {
    this.#settings = settings
  }

  /**
   * Builds a zone. Its serial is always newer than that of the zone before, so that secondaries transfer it. An
   * inventory gets the next serial, at first 1; a text keeps its own if that is newer, and else gets the next.
   *
   * @throws NameServerError `ERR_OPTION_INVALID` or `ERR_ZONE_INVALID`.
   */
  build(contents: ZoneContents): Zone {
    const zone = this.#zone(contents)
    this.#serial = zone.serial
    return zone
  }

  #zone({ clusters, zone }: ZoneContents): Zone {
    if (Array.isArray(clusters) && zone === undefined) return this.#fromInventory(clusters)
    if (typeof zone === 'string' && clusters === undefined) return this.#fromText(zone)
    throw new NameServerError('ERR_OPTION_INVALID', 'give either clusters, a list, or zone, a text')
  }

  #fromInventory(clusters: readonly ClusterEntry[]): Zone {
    const serial = nextSerial(this.#serial ?? 0)
    return this.#collect(inventoryRecords(clusters, { ...this.#settings, serial }), (fault, { owner }) => {
      const message = `${fault.message}: ${quote(wireNameToText(owner))}`
      return new NameServerError('ERR_OPTION_INVALID', message, { cause: fault })
    })
  }

  #fromText(text: string): Zone {
    return this.#collect(this.#renewed(readZoneText(text, this.#settings.origin)), (fault, record) =>
      zoneTextError(fault.message, record, fault),
    )
  }

  *#renewed<R extends ZoneRecord>(records: Iterable<R>): Generator<R> {
    const before = this.#serial
    for (const record of records) {
      const isRenewed = before !== undefined && record.type === RecordType.SOA
      yield isRenewed ? { ...record, data: renewedAuthority(record.data, before) } : record
    }
  }

  #collect<R extends ZoneRecord>(records: Iterable<R>, errorOf: (fault: ZoneFault, record: R) => Error): Zone {
    const builder = new ZoneBuilder(this.#settings.origin)
    for (const record of records) {
      try {
        builder.add(record)
      } catch (fault) {
        throw fault instanceof ZoneFault ? errorOf(fault, record) : fault
      }
    }
    try {
      return builder.finish()
    } catch (cause) {
      if (!(cause instanceof ZoneFault)) throw cause
      throw new NameServerError('ERR_ZONE_INVALID', `zone text: ${cause.message}`, { cause })
    }
  }
}

function renewedAuthority(data: Octets, before: number): Octets {
  return isNewerSerial(readAuthorityNumbers(data).serial, before) ? data : withSerial(data, nextSerial(before))
}
