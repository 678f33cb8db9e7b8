import {
  addressConcern,
  type ClusterName,
  type DiscoverEvent,
  type Endpoint,
  formatEndpoint,
  type Question,
  type ResolveEvent,
} from '@pstorage/discovery-core'
import { checkedEndpoint } from './checked-endpoint.js'
import { backendName } from './list-source.js'

/** The addresses that were given by hand: each once, in their order. */
export class CommandLineAddresses {
  readonly #endpoints = new Map<string, Endpoint>()

  /** @throws DiscoveryError `ERR_ENDPOINT_INVALID`, naming the first that cannot be that of a metadata server. */
  constructor(addresses: readonly (string | Endpoint)[]) {
    for (const address of addresses) {
      const endpoint = checkedEndpoint(address)
      const key = formatEndpoint(endpoint)
      if (!this.#endpoints.has(key)) this.#endpoints.set(key, endpoint)
    }
  }

  /** Addresses have no names, so that nobody can be asked for them. */
  discover(question: Question<DiscoverEvent>): void {
    const asked = question.asking({ method: 'command-line', target: 'names' })
    asked.ended('skipped', { detail: 'addresses given by hand have no cluster name' })
  }

  /** They are the whole answer, whichever cluster they are of. */
  resolve(cluster: ClusterName, question: Question<ResolveEvent>): void {
    const asked = question.asking({ method: 'command-line', target: cluster })
    let index = 0
    for (const [origin, endpoint] of this.#endpoints) {
      const source = { backend: backendName, method: 'command-line', origin, ttl: null, authenticated: false }
      const concern = addressConcern(endpoint.address)
      if (concern !== undefined) {
        question.emit({ type: 'warning', code: 'bootstrap-address-local', message: `${origin} ${concern.reason}` })
      }
      question.emit({ type: 'endpoint', ...endpoint, source, preference: [index] })
      index += 1
    }
    asked.ended('found', { count: index })
  }
}
