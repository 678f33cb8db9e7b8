import { type Stats, statSync } from 'node:fs'
import { readSystemSettings, type SystemSettings, type SystemSources } from './system-settings.js'

/** A file that was written less than these milliseconds ago may be written again without looking any different. */
const TOO_FRESH = 100

interface KnownSettings {
  readonly stamp: string
  readonly settings: Promise<SystemSettings>
}

/**
 * What the system says now, read again only when resolv.conf or the environment has changed. Between changes it gives one
 * and the same object.
 */
export class CurrentSystemSettings {
  #known: KnownSettings | undefined

  /** As {@link readSystemSettings} does. With `options no-reload` what was read first holds. */
  async read(sources: SystemSources, port: number): Promise<SystemSettings> {
    const known = this.#known
    const { stamp, isFresh } = stampOf(sources, port)
    if (known !== undefined) {
      const settings = await known.settings
      if (known.stamp === stamp || settings.options.noReload === true) return settings
    }
    const settings = readSystemSettings(sources, port)
    const reading: KnownSettings = { stamp, settings }
    this.#known = reading
    const { fault, options } = await settings
    const mayKeep = fault === undefined && (!isFresh || options.noReload === true)
    if (!mayKeep && this.#known === reading) this.#known = undefined
    return settings
  }
}

/** What cannot stay the same when the settings change. A system call that takes some microseconds. */
function stampOf({ resolvConf, environment, hostname }: SystemSources, port: number) {
  const { LOCALDOMAIN, RES_OPTIONS } = environment
  const file = lookAt(resolvConf)
  const looks = file === undefined ? [] : [file.dev, file.ino, file.size, file.mtimeMs, file.ctimeMs]
  return {
    stamp: JSON.stringify([resolvConf, LOCALDOMAIN, RES_OPTIONS, hostname, port, ...looks]),
    isFresh: file !== undefined && Date.now() - file.ctimeMs < TOO_FRESH,
  }
}

/** A file that cannot be looked at cannot be read either, which is then said. */
function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
