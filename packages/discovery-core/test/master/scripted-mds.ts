import type { Clock, MasterAdvice, MasterLocator } from '@pstorage/discovery-core'

/** The answer of an MDS: the index of the master that it names, all MDS, `boot` when it only advises, or its failure. */
export type MdsScript =
  | { readonly mds: string; readonly master: number | null; readonly bootstrapOnly?: boolean }
  | 'refuses'
  | 'hangs'
  | 'deaf'

/** MDS `A` listens on 192.0.2.1:2510. */
export function place(name: string): { readonly address: string; readonly port: number } {
  return { address: `192.0.2.${name.charCodeAt(0) - 64}`, port: 2510 }
}

export function nameOf({ address }: { readonly address: string }): string {
  return String.fromCharCode(64 + Number(address.slice('192.0.2.'.length)))
}

/** Metadata servers that follow a script, each answering after 10 ms. */
export function scriptedLocator(clock: Clock, scripts: Readonly<Record<string, MdsScript>>) {
  const state = { underWay: 0 }
  const locator: MasterLocator = {
    async ask(endpoint, { signal }): Promise<MasterAdvice> {
      const script = scripts[nameOf(endpoint)] ?? 'refuses'
      state.underWay += 1
      try {
        if (script === 'deaf') await new Promise(() => {})
        await clock.sleep(script === 'hangs' ? 1e9 : 10, signal)
      } finally {
        state.underWay -= 1
      }
      if (typeof script === 'string') throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
      return { mds: [...script.mds].map(place), master: script.master, bootstrapOnly: script.bootstrapOnly ?? false }
    },
  }
  return { locator, state }
}
