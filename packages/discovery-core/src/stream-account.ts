import { clusterNameFault } from './cluster-name.js'
import { quoteText } from './escape-text.js'
import type { DiscoverEvent, ResolveEvent } from './events.js'
import { canonicalAddress } from './ip-address.js'

/** How many names a resolver inside another one may give for one question: as many as a zone has records that is transferred. */
const MAX_NAMES = 5_000_000
/** How many events of all other kinds. */
const MAX_OTHERS = 1_000_000

/** What the stream of a resolver has said so far, and whether that can be believed. Anybody may have written it. */
export class StreamAccount {
  #events = 0
  #names = 0
  #hasResult = false
  /** An attempt that did not bring a plain "no", and so explains why nobody knows. */
  #hasReason = false

  /** How many events have come. */
  get events(): number {
    return this.#events
  }

  /** What more of has come than anybody needs; `undefined` while it is bearable. */
  get excess(): string | undefined {
    if (this.#names > MAX_NAMES) return `${MAX_NAMES} cluster names`
    return this.#events - this.#names > MAX_OTHERS ? `${MAX_OTHERS} events` : undefined
  }

  /** Takes an event in, and says what is wrong with it. */
  add(event: DiscoverEvent | ResolveEvent): string | undefined {
    this.#events += 1
    switch (event.type) {
      case 'cluster': {
        this.#names += 1
        this.#hasResult = true
        const fault = clusterNameFault(event.name)
        return fault === undefined ? undefined : `an invalid cluster name ${quoteText(String(event.name))}: ${fault}`
      }
      case 'endpoint':
        this.#hasResult = true
        return endpointFault(event)
      case 'attempt':
        this.#hasReason ||= event.status !== 'empty' && event.status !== 'found'
        return undefined
      case 'end':
        return this.#endFault(event.outcome)
      case 'asking':
      case 'warning':
        return undefined
      default:
        return 'an event of an unknown type'
    }
  }

  /** An outcome that its own events do not explain must not become part of somebody's "there is none". */
  #endFault(outcome: string): string | undefined {
    switch (outcome) {
      case 'absent':
      case 'known':
        return undefined
      case 'found':
        return this.#hasResult ? undefined : 'it ended as found, without a result'
      case 'undetermined':
        return this.#hasResult || this.#hasReason
          ? undefined
          : 'it ended as undetermined, without an attempt that says why'
      default:
        return `it ended with an unknown outcome ${quoteText(String(outcome))}`
    }
  }
}

function endpointFault({ address, port }: { readonly address: string; readonly port: number }): string | undefined {
  const isAddress = typeof address === 'string' && canonicalAddress(address) === address
  if (!isAddress) return `an endpoint without a canonical IP address: ${quoteText(String(address))}`
  const isPort = Number.isInteger(port) && port >= 1 && port <= 65_535
  return isPort ? undefined : `an endpoint with an invalid port: ${quoteText(String(port))}`
}
