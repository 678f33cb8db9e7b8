import { DiscoveryError, quoteText } from '@pstorage/discovery-core'
import { type Name, nameFromText } from '@pstorage/dns-message'

/**
 * Reads a domain name, or the labels of a service.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID` for what is not a name, and for the root, where nothing is ever asked
 */
export function parseDomain(text: string): Name {
  const name = readName(text)
  if (name.length > 0) return name
  throw new DiscoveryError('ERR_OPTION_INVALID', 'names are only asked below a domain, not at the root')
}

function readName(text: string): Name {
  try {
    return nameFromText(text)
  } catch (cause) {
    const message = `invalid domain name ${quoteText(String(text), { maxLength: 80 })}`
    throw new DiscoveryError('ERR_OPTION_INVALID', message, { cause })
  }
}
