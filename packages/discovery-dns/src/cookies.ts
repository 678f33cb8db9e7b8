import { randomOctets } from '@pstorage/discovery-core'
import type { EdnsOption, Message } from '@pstorage/dns-message'
import type { NameServer } from './name-server.js'

/** COOKIE (RFC 7873 section 4). */
const COOKIE = 10
const CLIENT_OCTETS = 8
/** What a server adds has 8 to 32 octets. */
const [LEAST_BOTH, MOST_BOTH] = [CLIENT_OCTETS + 8, CLIENT_OCTETS + 32]

/**
 * What a reply says about the cookie that went with the query. `missing`: nothing, although this server has one for us;
 * `wrong`: another one than ours.
 */
export type CookieEcho = 'right' | 'missing' | 'wrong'

/** Our cookie for one server, and the one that it has given us. */
export class Cookie {
  readonly #client: Uint8Array
  #option: EdnsOption

  /** @param client eight octets that nobody else can guess */
  constructor(client: Uint8Array) {
    this.#client = client
    this.#option = { code: COOKIE, data: client }
  }

  /** What goes with the next query. */
  get option(): EdnsOption {
    return this.#option
  }

  /** Compares and keeps what a reply brings. Whoever does not see the queries cannot know our part (RFC 7873 section 5.3). */
  hear({ additionals }: Message): CookieEcho {
    for (const { data } of additionals) {
      if (data.kind !== 'OPT') continue
      const echoed = data.options.find(({ code }) => code === COOKIE)?.data
      if (echoed !== undefined) return this.#compare(echoed)
    }
    return this.#option.data.length > CLIENT_OCTETS ? 'missing' : 'right'
  }

  /** The server does not do cookies any more. */
  forget(): void {
    this.#option = { code: COOKIE, data: this.#client }
  }

  #compare(echoed: Uint8Array): CookieEcho {
    if (!this.#client.every((octet, index) => octet === echoed[index])) return 'wrong'
    if (echoed.length === CLIENT_OCTETS) return 'right'
    if (echoed.length < LEAST_BOTH || echoed.length > MOST_BOTH) return 'wrong'
    // A copy, as it outlives the message.
    this.#option = { code: COOKIE, data: echoed.slice() }
    return 'right'
  }
}

/**
 * The cookies of one resolver. Each server gets another one, so that no two can tell that they are asked by the same client
 * (RFC 7873 section 4.1), and none outlives the resolver.
 */
export class CookieJar {
  readonly #cookies = new Map<string, Cookie>()

  of({ text }: NameServer): Cookie {
    const known = this.#cookies.get(text)
    if (known !== undefined) return known
    const cookie = new Cookie(randomOctets(CLIENT_OCTETS))
    this.#cookies.set(text, cookie)
    return cookie
  }
}
