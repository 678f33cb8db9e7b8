import { createResolver, memoryResolver } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { cliRun } from './cli-run.js'
import { ending, worldOf } from './stand-ins.js'

const world = worldOf({ 'my-cluster': ['192.0.2.3'], Second: ['192.0.2.4'] })

describe('a cluster that does not exist', () => {
  it.each([
    ['my-clutser', "did you mean 'my-cluster'?"],
    ['myclustr', "did you mean 'my-cluster'?"],
    ['secnd', "did you mean 'Second'?"],
  ])('%s: %s', async (name, hint) => {
    const run = await cliRun(['resolve', name, '--backend', 'dns'], { backends: world })
    expect(run).toMatchObject({ code: 6, stdout: '' })
    expect(run.stderr.trimEnd().split('\n').at(-1)).toBe(hint)
  })

  it.each([
    ['nothing is like it', ['something-else', '--backend', 'dns'], 6],
    ['it is quiet', ['my-clutser', '--backend', 'dns', '-q'], 6],
    ['it was waited for', ['my-clutser', '--backend', 'dns', '--wait', '0.01'], 6],
    ['nobody could tell', ['my-clutser', '--backend', 'zeroconf'], 3],
  ])('has no hint where %s', async (_, argv, code) => {
    const run = await cliRun(['resolve', ...argv], { backends: world })
    expect(run.code).toBe(code)
    expect(run.stderr).not.toContain('did you mean')
  })

  it('in JSON is the same report as without a hint', async () => {
    const run = await cliRun(['resolve', 'my-clutser', '--backend', 'dns', '--json'], { backends: world })
    expect(run.code).toBe(6)
    expect(JSON.parse(run.stdout)).toMatchObject({ outcome: 'absent', endpoints: [] })
    expect(run.stderr).toContain('did you mean')
  })

  it('asks for the hint without multicast and zone transfers', async () => {
    const queried: string[] = []
    const run = await cliRun(['resolve', 'my-clutser'], {
      backends: {
        dns: ({ axfr }) => {
          queried.push(axfr)
          return memoryResolver({ name: 'dns', clusters: { 'my-cluster': [] } })
        },
        bootstrap: world.bootstrap,
        zeroconf: world.zeroconf,
      },
    })
    expect(run.loaded).toEqual(['dns', 'bootstrap', 'zeroconf', 'dns', 'bootstrap'])
    expect(queried).toEqual(['auto', 'never'])
  })

  it.each([
    ['fails', () => ending('dns', 'failed')],
    [
      'breaks',
      () =>
        createResolver({
          name: 'dns',
          discover: async () => {
            throw new Error('broken')
          },
          resolve: async (_, { startAttempt }) => void startAttempt({ method: 'memory', target: 'c' }).finish('empty'),
        }),
    ],
  ])('has the same outcome where the query for the hint %s', async (_, second) => {
    let loads = 0
    const dns = () => {
      loads += 1
      return loads === 1 ? ending('dns', 'empty') : second()
    }
    const run = await cliRun(['resolve', 'my-clutser', '--backend', 'dns'], { backends: { dns } })
    expect(run).toMatchObject({ code: 6, stdout: '', loaded: ['dns', 'dns'] })
    expect(run.stderr).toMatch(/^cluster 'my-clutser' does not exist/)
  })
})
