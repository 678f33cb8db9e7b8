import { canonicalAddress, type DiscoveryError, type Endpoint, parseEndpoint } from '@pstorage/discovery-core'
import { PlainEndpointReader } from './plain-endpoint.js'

/**
 * Reads what `parseEndpoint` reads; `undefined` where that throws, since a list can be bad from end to end, and an
 * exception takes longer than thousands of good entries. {@link endpointFault} says what was wrong.
 */
export function readEndpoint(text: string, defaultPort: number | null): Endpoint | undefined {
  return text.startsWith('[') ? readBracketed(text, defaultPort) : readPlain(text, defaultPort)
}

/** What is wrong with a text that {@link readEndpoint} does not read. */
export function endpointFault(text: string, defaultPort: number | null): string {
  try {
    parseEndpoint(text, { defaultPort })
  } catch (error) {
    // It throws nothing else.
    return (error as DiscoveryError).message
  }
  throw new Error(`this is an endpoint: ${text}`)
}

/** The number of a port as it has to be written; `undefined` when it is not. */
export function readPort(text: string): number | undefined {
  const port = /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : 0
  return port >= 1 && port <= 65_535 ? port : undefined
}

function readPlain(text: string, defaultPort: number | null): Endpoint | undefined {
  const reader = new PlainEndpointReader()
  if (!reader.read(text, 0, text.length)) return undefined
  return endpointOf(text.slice(0, reader.addressEnd), reader.port === 0 ? defaultPort : reader.port)
}

function readBracketed(text: string, defaultPort: number | null): Endpoint | undefined {
  const close = text.indexOf(']')
  const address = canonicalAddress(text.slice(1, Math.max(close, 1)))
  if (address === undefined || !text.slice(1, close).includes(':')) return undefined
  if (close === text.length - 1) return endpointOf(address, defaultPort)
  return text[close + 1] === ':' ? endpointOf(address, readPort(text.slice(close + 2)) ?? null) : undefined
}

function endpointOf(address: string, port: number | null): Endpoint | undefined {
  return port === null ? undefined : { address, port, host: null, priority: null, weight: null, ttl: null }
}
