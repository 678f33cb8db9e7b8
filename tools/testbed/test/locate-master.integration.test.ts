import { type Endpoint, locateMaster, type MasterAdvice, type MasterLocator, probe } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { askScriptedMds, freePort, type MdsStep, type ScriptedMds, scriptedMds } from '../src/index.js'

/** The protocol of an application: here that of the scripted MDS. */
const locator: MasterLocator = {
  async ask(endpoint, { signal }): Promise<MasterAdvice> {
    const { servers, masterIndex, bootstrapOnly } = await askScriptedMds(endpoint, signal)
    return { mds: servers, master: masterIndex < 0 ? null : masterIndex, bootstrapOnly }
  },
}

/** The answer of an MDS: the servers, and the master among them (`-` when it knows of none); or another step. */
type Script = { readonly servers: string; readonly master: string; readonly bootstrapOnly?: true } | MdsStep

interface Row {
  readonly what: string
  readonly given: string
  readonly scripts: Readonly<Record<string, Script>>
  readonly hopLimit?: number
  readonly askTimeout?: number
  /** The master or the reason, who was asked, and how often advice was followed. */
  readonly found: string
}

const all = 'ABC'
const rows: readonly Row[] = [
  {
    what: 'a redirect',
    given: 'B',
    scripts: { A: { servers: all, master: 'A' }, B: { servers: all, master: 'A' }, C: 'silent' },
    found: 'A, BA, 1',
  },
  {
    what: 'two redirects, as after a change of master',
    given: 'C',
    scripts: {
      A: { servers: all, master: 'A' },
      B: { servers: all, master: 'A' },
      C: { servers: all, master: 'B' },
    },
    found: 'A, CBA, 2',
  },
  {
    what: 'a loop',
    given: 'A',
    scripts: { A: { servers: 'AB', master: 'B' }, B: { servers: 'AB', master: 'A' } },
    found: 'loop, AB, 1',
  },
  {
    what: 'a loop of three, and one outside of it that knows',
    given: 'AD',
    scripts: {
      A: { servers: all, master: 'B' },
      B: { servers: all, master: 'C' },
      C: { servers: all, master: 'A' },
      D: { servers: 'ABCD', master: 'D' },
    },
    found: 'D, ABCD, 2',
  },
  {
    what: 'advice that goes on for too long',
    given: 'A',
    scripts: {
      A: { servers: 'ABCD', master: 'B' },
      B: { servers: 'ABCD', master: 'C' },
      C: { servers: 'ABCD', master: 'D' },
      D: { servers: 'ABCD', master: 'D' },
    },
    hopLimit: 2,
    found: 'hop-limit, ABC, 2',
  },
  {
    what: 'one without quorum that says it is the master',
    given: 'AB',
    scripts: { A: { servers: 'AB', master: 'A', bootstrapOnly: true }, B: { servers: 'AB', master: 'B' } },
    found: 'B, AB, 0',
  },
  {
    what: 'one without quorum that names the master',
    given: 'A',
    scripts: { A: { servers: 'AB', master: 'B', bootstrapOnly: true }, B: { servers: 'AB', master: 'B' } },
    found: 'B, AB, 1',
  },
  {
    what: 'only such as are without quorum',
    given: 'AB',
    scripts: {
      A: { servers: 'AB', master: '-', bootstrapOnly: true },
      B: { servers: 'AB', master: '-', bootstrapOnly: true },
    },
    found: 'no-master, AB, 0',
  },
  {
    what: 'a master that one does not know, and another does',
    given: 'A',
    scripts: { A: { servers: 'AB', master: '-' }, B: { servers: 'AB', master: 'B' } },
    found: 'B, AB, 1',
  },
  {
    what: 'a silent one, and one that answers',
    given: 'AB',
    scripts: { A: 'silent', B: { servers: 'AB', master: 'B' } },
    askTimeout: 200,
    found: 'B, AB, 0',
  },
  {
    what: 'a master that is silent',
    given: 'B',
    scripts: { A: 'silent', B: { servers: 'AB', master: 'A' } },
    askTimeout: 200,
    found: 'unreachable, BA, 1',
  },
  {
    what: 'only silent ones',
    given: 'AB',
    scripts: { A: 'silent', B: 'silent' },
    askTimeout: 200,
    found: 'unreachable, AB, 0',
  },
  {
    what: 'a closed, a reset and a garbled connection before the master',
    given: 'ABCD',
    scripts: { A: 'end', B: 'reset', C: { raw: '\x1b[31m{\n' }, D: { servers: 'D', master: 'D' } },
    found: 'D, ABCD, 0',
  },
  {
    what: 'one that is gone',
    given: 'XA',
    scripts: { A: { servers: 'A', master: 'A' } },
    found: 'A, XA, 0',
  },
]

/** Starts an MDS for each script, all of which know where the others are. */
async function cluster(scripts: Row['scripts']) {
  const servers = new Map<string, ScriptedMds>()
  const endpointsOf = (names: string): Endpoint[] => [...names].flatMap((name) => servers.get(name)?.endpoint ?? [])
  for (const [name, script] of Object.entries(scripts)) {
    const step = (): MdsStep => {
      if (typeof script === 'string' || !('master' in script)) return script
      const { servers: names, master, bootstrapOnly = false } = script
      return { servers: endpointsOf(names), masterIndex: names.indexOf(master), bootstrapOnly }
    }
    servers.set(name, await scriptedMds({ script: step }))
  }
  return {
    servers,
    async [Symbol.asyncDispose]() {
      await Promise.all([...servers.values()].map((server) => server[Symbol.asyncDispose]()))
    },
  }
}

describe('locateMaster, with scripted metadata servers', () => {
  it.each(rows)('$what', async ({ given, scripts, found, hopLimit, askTimeout }) => {
    await using started = await cluster(scripts)
    const gone = { address: '127.0.0.1', port: await freePort() }
    const places = [...given].map((name) => started.servers.get(name)?.endpoint ?? gone)
    const names = new Map([...started.servers].map(([name, { endpoint }]) => [endpoint.port, name]))
    const { master, reason, hops, replies } = await locateMaster(locator, places, { hopLimit, askTimeout })

    const nameOf = (port: number): string => names.get(port) ?? 'X'
    const order = replies.map(({ endpoint }) => nameOf(endpoint.port)).join('')
    expect(`${master === null ? reason : nameOf(master.port)}, ${order}, ${hops}`).toBe(found)
    for (const { endpoint, error } of replies) {
      const script = scripts[nameOf(endpoint.port)]
      const answers = typeof script === 'object' && 'master' in script
      expect(error === null).toBe(answers)
      expect(error?.message ?? '').toMatch(/^[ -~]*$/)
    }
    // Each is asked once, and let go of at once, also where it says nothing.
    for (const { asked: count, whenDisconnected } of started.servers.values()) {
      expect(count).toBeLessThanOrEqual(1)
      await whenDisconnected(count)
    }
  })

  it('lets go of a silent one when it is aborted', async () => {
    await using mds = await scriptedMds({ script: 'silent' })
    const abort = new AbortController()
    const locating = locateMaster(locator, [mds.endpoint], { signal: abort.signal })
    const rejected = expect(locating).rejects.toBe('enough')
    await mds.whenAsked(1)
    abort.abort('enough')
    await rejected
    await mds.whenDisconnected(1)
  })

  it('finds what probe can reach', async () => {
    await using started = await cluster({ A: { servers: all, master: 'A' }, B: 'silent', C: 'reset' })
    const { mds } = await locateMaster(
      locator,
      [...started.servers.values()].map(({ endpoint }) => endpoint),
    )
    expect((await probe(mds)).map(({ reachable }) => reachable)).toEqual([true, true, true])
  })
})
