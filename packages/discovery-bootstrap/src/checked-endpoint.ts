import {
  addressConcern,
  DiscoveryError,
  type Endpoint,
  formatEndpoint,
  parseEndpoint,
  quoteText,
} from '@pstorage/discovery-core'

/**
 * An endpoint as given, its address canonical.
 *
 * @throws DiscoveryError `ERR_ENDPOINT_INVALID`, naming it, when it cannot be that of a metadata server.
 */
export function checkedEndpoint(given: string | Endpoint): Endpoint {
  const endpoint = typeof given === 'string' ? parseEndpoint(given) : { ...given, ...readAgain(given) }
  const concern = addressConcern(endpoint.address)
  if (concern?.level === 'refuse')
    throw invalid(typeof given === 'string' ? given : formatEndpoint(given), concern.reason)
  return endpoint
}

function invalid(text: string, reason: string): DiscoveryError {
  return new DiscoveryError('ERR_ENDPOINT_INVALID', `invalid endpoint ${quoteText(text)}: it ${reason}`)
}

/** The address and port of a whole endpoint, checked and canonical. */
function readAgain(endpoint: Endpoint): Pick<Endpoint, 'address' | 'port'> {
  // As a program without types may have it.
  if (typeof endpoint?.address !== 'string') throw invalid(String(endpoint), 'has no address')
  const { address, port } = parseEndpoint(formatEndpoint(endpoint))
  return { address, port }
}
