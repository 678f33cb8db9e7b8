import { isIP } from 'node:net'
import { NameServerError } from './name-server-error.js'
import { quote } from './quote.js'

/** A name server that keeps a copy of the zone, and wants to hear of changes. */
export interface Secondary {
  /** Its IP address. */
  readonly address: string
  /** Its UDP port; default 53. */
  readonly port?: number | undefined
}

/** One that was checked. */
export interface SecondaryAddress {
  readonly address: string
  readonly port: number
}

const defaultPort = 53

/** @throws NameServerError `ERR_OPTION_INVALID` when an entry cannot be sent to. */
export function checkSecondaries(secondaries: unknown): SecondaryAddress[] {
  if (secondaries === undefined) return []
  if (!Array.isArray(secondaries)) throw invalid('notify is not a list')
  return secondaries.map(checkSecondary)
}

function checkSecondary(secondary: unknown): SecondaryAddress {
  if (typeof secondary !== 'object' || secondary === null) throw invalid('notify has an entry without an address')
  const { address, port = defaultPort }: Partial<Record<keyof Secondary, unknown>> = secondary
  if (typeof address !== 'string' || isIP(address) === 0) {
    throw invalid(`notify has ${quote(address)}, which is not an IP address`)
  }
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw invalid(`notify has the port ${quote(port)}, not a whole number from 1 to 65535`)
  }
  return { address, port }
}

function invalid(message: string): NameServerError {
  return new NameServerError('ERR_OPTION_INVALID', message)
}
