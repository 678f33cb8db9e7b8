import type { Endpoint } from '@pstorage/discovery-core'
import { type ResponderMedium, systemResponderMedium } from '../link/responder-port.js'
import { type AnnounceContent, type AnnounceOptions, announceSettings } from './announce-options.js'
import { Announcer } from './announcer.js'

/** A running announcement. */
export interface Announcement extends AsyncDisposable {
  /** The instances with their present names: a conflict may have changed a name. */
  readonly instances: readonly AnnouncedInstance[]
  /** The interfaces on which all records were announced. */
  readonly interfaces: readonly string[]
  /**
   * Replaces the announced clusters: probes and announces new names, sends goodbyes for removed ones, keeps the rest.
   * Resolves when the new content was announced.
   *
   * @throws DiscoveryError (rejects) as `announce()`, with nothing changed; AnnounceError `ERR_ANNOUNCER_STOPPED`
   */
  update(content: AnnounceContent): Promise<void>
  /** Sends goodbyes, and closes every socket and timer. Never rejects. */
  stop(): Promise<void>
  /** The same as `stop`. */
  [Symbol.asyncDispose](): Promise<void>
}

/** One announced metadata server. */
export interface AnnouncedInstance extends Pick<Endpoint, 'port'> {
  readonly cluster: string
  /** The name of the instance, such as `my-cluster on node1`. */
  readonly name: string
  /** The name of its host, such as `pstorage-node1.local`. */
  readonly host: string
  /** The address from the options; `null`: the addresses of this host on each interface. */
  readonly address: string | null
}

/**
 * Announces metadata servers by multicast DNS until stopped: probes the names, announces them, answers queries, defends
 * the names, and follows the interfaces of this host.
 *
 * Resolves when all records were announced for the first time on every interface that can multicast, which takes about
 * a second; an interface that cannot is an event.
 *
 * @throws DiscoveryError (rejects, before anything is opened) `ERR_OPTION_INVALID`, `ERR_CLUSTER_NAME_INVALID`,
 * `ERR_ENDPOINT_INVALID`
 * @throws AnnounceError (rejects) `ERR_NO_INTERFACE`, with each interface and its reason; `ERR_ANNOUNCER_STOPPED` when
 * it is
 * stopped before
 * @see RFC 6762 sections 6 to 10, RFC 6763
 */
export function announce(options: AnnounceOptions): Promise<Announcement> {
  return announceOn(systemResponderMedium, options)
}

/** Announces on a medium; tests bring a simulated one. */
export async function announceOn(medium: ResponderMedium, options: AnnounceOptions): Promise<Announcement> {
  const settings = announceSettings(options)
  const { signal } = settings
  signal?.throwIfAborted()
  const announcer = new Announcer(medium, settings)
  const stop = async (): Promise<void> => {
    signal?.removeEventListener('abort', abort)
    await announcer.stop()
  }
  const abort = (): void => void stop()
  signal?.addEventListener('abort', abort, { once: true })
  try {
    await announcer.start()
  } catch (error) {
    await stop()
    signal?.throwIfAborted()
    throw error
  }
  return {
    get instances() {
      return announcer.services.map((service): AnnouncedInstance => {
        const { instance, host } = announcer.namesOf(service)
        const address = service.host.kind === 'here' ? null : service.host.address
        return { cluster: service.cluster, name: instance, host, address, port: service.port }
      })
    },
    get interfaces() {
      return [...new Set(announcer.announcedLinks.map(({ networkInterface }) => networkInterface.name))]
    },
    update: (content) => announcer.update(content),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
