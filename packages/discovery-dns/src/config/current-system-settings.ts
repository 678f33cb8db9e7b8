import { type CancellationToken, systemClock } from '@pstorage/discovery-core'
import { type ResolvConfNeeds, readResolvConf, stampOf } from './read-resolv-conf.js'
import { type SystemSettings, type SystemSources, settingsOf } from './system-settings.js'

/** A file that was written less than these milliseconds ago may be written again without looking any different. */
const TOO_FRESH = 100
/** A file that did not rest is not waited for again for so long. */
const RESTLESS_TIME = 1_000

interface KnownSettings {
  readonly key: string
  /** Of resolv.conf. */
  readonly stamp: string | undefined
  readonly settings: SystemSettings
}

/** Settings that are being read, for all queries of the same time. */
interface InflightReading {
  readonly key: string
  readonly settings: Promise<SystemSettings>
  readonly over: AbortController
  /** Number of queries that wait for it. */
  waiting: number
}

const notWanted = new Error('the settings are not wanted any more')

/**
 * Current settings of the system, read again only when resolv.conf or the environment has changed. Between changes it gives one
 * and the same object.
 */
export class CurrentSystemSettings {
  #known: KnownSettings | undefined
  #inflight: InflightReading | undefined
  #restlessUntil = 0

  /**
   * Reads as `readSystemSettings` does. With `options no-reload` what was read first holds.
   *
   * @param needs what is used of the file
   * @param ending ends the waiting for a file that is being rewritten; the result is `undefined` then
   */
  async read(
    sources: SystemSources,
    port: number,
    needs: ResolvConfNeeds = { servers: true, domains: true },
    ending?: CancellationToken,
  ): Promise<SystemSettings | undefined> {
    const key = keyOf(sources, port)
    const known = this.#known
    if (known !== undefined) {
      const isSame = known.key === key && known.stamp === stampOf(sources.resolvConf)
      if (isSame || known.settings.options.noReload === true) return known.settings
    }
    if (ending?.aborted) return undefined
    // The last look of a reading that is under way is still to come, so it is as good as a new one.
    const canJoin = this.#inflight?.key === key && !this.#inflight.over.signal.aborted
    if (this.#inflight === undefined || !canJoin) this.#inflight = this.#start(key, sources, port, needs)
    return waitFor(this.#inflight, ending)
  }

  #start(key: string, sources: SystemSources, port: number, needs: ResolvConfNeeds): InflightReading {
    const over = new AbortController()
    const read = async (): Promise<SystemSettings> => {
      try {
        const isRestless = systemClock.now() < this.#restlessUntil
        const domains = needs.domains && sources.environment.LOCALDOMAIN === undefined
        const options = { needs: { ...needs, domains }, signal: over.signal, isRestless }
        const reading = await readResolvConf(sources.resolvConf, options)
        const settings = settingsOf(reading, sources, port)
        if (reading.kind === 'read') {
          if (reading.isRestless && !isRestless) this.#restlessUntil = systemClock.now() + RESTLESS_TIME
          const mayKeep = reading.age >= TOO_FRESH || settings.options.noReload === true
          this.#known = mayKeep ? { key, stamp: reading.stamp, settings } : undefined
        }
        return settings
      } finally {
        if (this.#inflight === inflight) this.#inflight = undefined
      }
    }
    const inflight: InflightReading = { key, settings: read(), over, waiting: 0 }
    return inflight
  }
}

/** Returns what the settings depend on, apart from the contents of the file. */
function keyOf({ resolvConf, environment, hostname }: SystemSources, port: number): string {
  return JSON.stringify([resolvConf, environment.LOCALDOMAIN, environment.RES_OPTIONS, hostname, port])
}

/** Waits for settings until they are read or not wanted any more; the last one who leaves ends the reading. */
function waitFor(
  inflight: InflightReading,
  ending: CancellationToken | undefined,
): Promise<SystemSettings | undefined> {
  inflight.waiting += 1
  return new Promise((resolve, reject) => {
    const stopListening = ending?.onAbort(() => {
      inflight.waiting -= 1
      if (inflight.waiting === 0) inflight.over.abort(notWanted)
      resolve(undefined)
    })
    inflight.settings.then((settings) => {
      stopListening?.()
      resolve(settings)
    }, reject)
  })
}
