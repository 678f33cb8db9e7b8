import { DiscoveryError } from '@pstorage/discovery-core'
import { TsigKey as SigningKey, type TsigKeyError, type TsigKeyText } from '@pstorage/dns-message/tsig'

/**
 * A key of transaction signatures (TSIG, RFC 8945). Its secret can be used and never be seen again: it is in no property,
 * no JSON and no message, nor in what `console.log` shows.
 */
export class TsigKey extends SigningKey {
  /** @throws DiscoveryError `ERR_OPTION_INVALID` for a name, an algorithm or a secret that cannot be used */
  constructor(text: TsigKeyText) {
    try {
      super(text)
    } catch (cause) {
      // It throws nothing else, and its message does not show the secret.
      throw new DiscoveryError('ERR_OPTION_INVALID', (cause as TsigKeyError).message, { cause })
    }
  }
}
