import { randomOctets } from '@pstorage/discovery-core'
import { type EdnsOption, type Message, ResponseCode, responseCode } from '@pstorage/dns-message'
import type { NameServer } from '../../config/name-server.js'
import type { FallbackMemory } from './fallback-memory.js'
import type { FallbackStep } from './fallback-steps.js'

/** COOKIE (RFC 7873 section 4). */
const COOKIE = 10
const CLIENT_OCTETS = 8
/** A server adds 8 to 32 octets. */
const [LEAST_BOTH, MOST_BOTH] = [CLIENT_OCTETS + 8, CLIENT_OCTETS + 32]

/**
 * Verdict of a reply on the cookie that went with the query. `missing`: nothing, although this server has one for us;
 * `wrong`: another one than ours.
 */
export type CookieEcho = 'right' | 'missing' | 'wrong'

/** Our cookie for one server, and the one that it has given us. */
export class Cookie {
  readonly #client: Uint8Array
  #option: EdnsOption

  /** @param client eight octets that cannot be guessed */
  constructor(client: Uint8Array) {
    this.#client = client
    this.#option = { code: COOKIE, data: client }
  }

  /** Returns what goes with the next query. */
  get option(): EdnsOption {
    return this.#option
  }

  /** Compares and keeps what a reply brings. A sender that does not see the queries cannot know our part (RFC 7873 section 5.3). */
  receive({ additionals }: Message): CookieEcho {
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

/**
 * Verdict on a reply by its cookie.
 *
 * - `usable`: the reply counts
 * - `wrong-cookie`, `missing-cookie`: the reply is ignored, as replies are being forged, or the server has changed, or a
 *   forwarder mixes up the cookies of its clients
 * - `new-cookie`: the server wants the cookie that came with its reply, the first time (RFC 7873 section 5.3)
 * - `bad-cookie`: the server refused that one too, or refuses cookies over TCP
 * - `no-cookie`: the query is to be sent without a cookie
 */
export type CookieVerdict = 'usable' | 'wrong-cookie' | 'missing-cookie' | 'new-cookie' | 'bad-cookie' | 'no-cookie'

/** Checks the cookies in the replies to one transaction. */
export class CookieCheck {
  readonly #cookie: Cookie
  readonly #server: NameServer
  readonly #memory: FallbackMemory
  #refusals = 0

  constructor(cookie: Cookie, server: NameServer, memory: FallbackMemory) {
    this.#cookie = cookie
    this.#server = server
    this.#memory = memory
  }

  verdict(message: Message, transport: 'udp' | 'tcp', step: FallbackStep | undefined): CookieVerdict {
    const echo = this.#cookie.receive(message)
    if (echo === 'right') return this.#verdictOfCode(message, transport)
    if (transport === 'udp') return echo === 'wrong' ? 'wrong-cookie' : 'missing-cookie'
    // Replies cannot be forged over a connection, so this shows how the server, or a forwarder, treats cookies.
    this.#cookie.forget()
    if (echo === 'wrong' || step === 'tcp') this.#memory.dropCookies(this.#server)
    return echo === 'missing' ? 'usable' : 'no-cookie'
  }

  #verdictOfCode(message: Message, transport: 'udp' | 'tcp'): CookieVerdict {
    if (responseCode(message) !== ResponseCode.BADCOOKIE) return 'usable'
    if (transport === 'tcp') return 'bad-cookie'
    this.#refusals += 1
    return this.#refusals === 1 ? 'new-cookie' : 'bad-cookie'
  }
}
