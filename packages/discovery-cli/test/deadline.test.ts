import { createResolver, type Resolver, systemClock } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { cliRun } from './cli-run.js'
import { ending, sourceOf } from './stand-ins.js'

const never = new Promise<never>(() => undefined)
const checks = { dns: () => never, bootstrap: () => never, zeroconf: () => never }

describe('a command that does not end', () => {
  it('SEC-4: ends with 70 at its deadline', async () => {
    const run = await cliRun(['bootstrap', 'lint'], { deadline: 20, checks })
    expect(run).toMatchObject({ code: 70, stdout: '' })
    expect(run.stderr).toContain('the command did not end within 0.02 s; a file server may not answer')
  })

  /** A source that answers when the deadline alone is over. */
  const slow = (): Resolver =>
    createResolver({
      name: 'dns',
      discover: async () => {},
      async resolve(_, { startAttempt, emit }) {
        const attempt = startAttempt({ method: 'memory', target: 'c' })
        await systemClock.sleep(30)
        const endpoint = { address: '192.0.2.1', port: 2510, host: null, priority: null, weight: null, ttl: null }
        emit({ type: 'endpoint', ...endpoint, source: sourceOf('dns') })
        attempt.finish('found', { count: 1 })
      },
    })

  it.each([
    ['--wait', '86400'],
    ['--wait', '24h'],
    ['--timeout', '2m'],
  ])('SEC-4: has the time of %s %s besides', async (option, time) => {
    const argv = ['resolve', 'c', '--backend', 'dns', option, time]
    const run = await cliRun(argv, { deadline: 1, backends: { dns: slow } })
    expect(run).toMatchObject({ code: 0, stdout: '192.0.2.1:2510\n' })
  })

  it('SEC-4: has no end where it goes on until it is stopped', async () => {
    const interruption = new AbortController()
    const argv = ['bootstrap', 'write', 'c', '--watch', '--backend', 'dns', '--clusters-dir', '/nosuch']
    const dns = (): Resolver => {
      setTimeout(() => interruption.abort('SIGTERM'), 60)
      return ending('dns', 'timeout')
    }
    const run = await cliRun(argv, { deadline: 1, backends: { dns }, signal: interruption.signal })
    expect(run).toMatchObject({ code: 143, stdout: '' })
  })
})
