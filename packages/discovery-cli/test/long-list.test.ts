import { createResolver, type DiscoverEvent, parseClusterName, type ResolveEvent } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { capturedStream } from './captured-stream.js'
import { cliRun } from './cli-run.js'
import { sourceOf, worldOf } from './stand-ins.js'

const source = (method: string, authenticated: boolean) => ({ ...sourceOf('dns'), method, authenticated })
const name = (text: string, authenticated: boolean): DiscoverEvent => {
  return { type: 'cluster', name: parseClusterName(text), source: source('dns-txt', authenticated) }
}
const endpoint = (authenticated: boolean): ResolveEvent => {
  const known = { port: 2510, host: null, priority: null, weight: null, ttl: null }
  return { type: 'endpoint', address: '192.0.2.3', ...known, source: source('dns-srv', authenticated) }
}

/** A source of four clusters: `signed`, `half`, `plain`, and `lost`, whose addresses it cannot be asked for. */
const dns = () =>
  createResolver({
    name: 'dns',
    discover: async ({ emit }) => {
      for (const text of ['signed', 'half', 'plain', 'lost']) emit(name(text, text === 'signed' || text === 'half'))
    },
    resolve: async (cluster, { emit, startAttempt }) => {
      const attempt = startAttempt({ method: 'dns-srv', target: cluster })
      if (cluster === 'lost') return attempt.finish('timeout')
      emit(endpoint(cluster === 'signed'))
      attempt.finish('found', { count: 1 })
    },
  })
const list = (...argv: readonly string[]) =>
  cliRun(['discover', '-l', '--backend', 'dns', ...argv], { backends: { dns } })

describe('discover --long', () => {
  it('prints the clusters with their MDS, their authentication and their sources, without a header where there is no terminal', async () => {
    const { code, stdout, stderr } = await list()
    expect({ code, lines: stdout.split('\n') }).toEqual({
      code: 0,
      lines: [
        'half    1    partly         dns-txt, dns-srv',
        'lost    ?    no             dns-txt',
        'plain   1    no             dns-txt, dns-srv',
        'signed  1    yes            dns-txt, dns-srv',
        '',
      ],
    })
    expect(stderr).toBe(
      'cannot tell the addresses of 1 cluster: not every source answered\n' +
        'hint: see why with pstorage-discovery resolve lost\n',
    )
  })

  it('has a header on a terminal', async () => {
    const stdout = capturedStream({ terminal: true })
    const run = await cliRun(['discover', '--long', '--backend', 'dns', '--no-color'], { backends: { dns }, stdout })
    expect(run.stdout.split('\n')[0]).toBe('NAME    MDS  AUTHENTICATED  SOURCES')
  })

  it('says why there is none', async () => {
    const run = await cliRun(['discover', '-l', '--backend', 'dns'], { backends: worldOf({}) })
    expect(run).toMatchObject({ code: 6, stdout: '' })
    expect(run.stderr).toContain('there is no cluster; all sources answered')
  })

  it('is a table, and goes with no other format', async () => {
    expect((await list('--json')).code).toBe(2)
    expect((await list('--format', 'zone')).code).toBe(2)
  })
})
