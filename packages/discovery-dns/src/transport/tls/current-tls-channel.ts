import type { Transport } from '../transport.js'
import type { TlsSettings } from './tls-options.js'
import { tlsTransport } from './tls-socket.js'
import { readTlsTrust, type TlsTrust } from './tls-trust.js'

/** The channel, or why there is none. */
export type TlsTransportResult =
  | { readonly kind: 'channel'; readonly channel: Transport }
  | { readonly kind: 'failed'; readonly error: { readonly code: string; readonly message: string } }

interface OpenChannel {
  readonly channel: Transport
  readonly trust: TlsTrust
  users: number
}

/** One channel for all questions that are under way at the same time, so that they share connections, and are asked once where they are equal. */
export class CurrentTlsTransport {
  readonly #settings: TlsSettings
  #trust: TlsTrust | undefined
  #open: OpenChannel | undefined

  constructor(settings: TlsSettings) {
    this.#settings = settings
  }

  /** Reads which certificates to trust, and gives a channel; its connections are closed when all that were given it have closed it. */
  async open(): Promise<TlsTransportResult> {
    const trusting = await readTlsTrust(this.#settings, () => this.#trust)
    if (trusting.kind === 'failed') return trusting
    // Several questions may have read the same at the same time.
    const { trust: read } = trusting
    const trust = this.#trust?.authorities === read.authorities ? (this.#trust ?? read) : read
    this.#trust = trust
    const open = this.#open?.trust === trust ? this.#open : this.#start(trust)
    open.users += 1
    return { kind: 'channel', channel: open.channel }
  }

  #start(trust: TlsTrust): OpenChannel {
    const channel = tlsTransport(trust)
    const open: OpenChannel = { trust, users: 0, channel: { ...channel, close: () => this.#leave(open, channel) } }
    this.#open = open
    return open
  }

  #leave(open: OpenChannel, channel: Transport): void {
    open.users -= 1
    if (open.users > 0) return
    channel.close()
    if (this.#open === open) this.#open = undefined
  }
}
