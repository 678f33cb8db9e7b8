import { createResolver } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { capturedStream } from './captured-stream.js'
import { cliRun, type StandIns } from './cli-run.js'

const target = '_pstorage._tcp.local'

/** Multicast on many interfaces: most are silent, and some cannot multicast. All begin before the first ends, as they do. */
function linksOf(silent: number, unavailable: number): StandIns {
  const zeroconf = () =>
    createResolver({
      name: 'zeroconf',
      clock: { now: () => 0, sleep: () => new Promise<void>(() => {}) },
      discover: async () => {},
      resolve: async (_, { startAttempt }) => {
        const handles = Array.from({ length: silent + unavailable }, () => startAttempt({ method: 'mdns', target }))
        for (const [index, handle] of handles.entries()) {
          const server = `veth${index} 10.0.0.${index}`
          const message = `cannot multicast on veth${index}: no route for multicast (ENETUNREACH)`
          if (index < silent) handle.finish('silent', { server })
          else handle.finish('unavailable', { server, error: { code: 'ENETUNREACH', message } })
        }
      },
    })
  return { zeroconf }
}

const resolve = (backends: StandIns, { terminal = false, more = [] as readonly string[] } = {}) =>
  cliRun(['resolve', 'c', '--backend', 'zeroconf', ...more], {
    backends,
    stderr: capturedStream({ terminal }),
    env: { LANG: 'C.UTF-8', TERM: 'dumb' },
  })

describe('many interfaces without an answer', () => {
  it.each([
    ['a terminal', true],
    ['a file', false],
  ])('are one line of %s', async (_, terminal) => {
    const { code, stderr } = await resolve(linksOf(40, 0), { terminal })
    const lines = stderr.split('\n').filter((line) => line.includes('mdns '))
    expect(code).toBe(3)
    expect(lines.map((line) => line.replaceAll(/ +/g, ' ').trim())).toEqual([
      `mdns ${target} on 40 interfaces silent 0.0 ms (-v shows each)`,
    ])
  })

  it('are one line for each way in which they end', async () => {
    const { stderr } = await resolve(linksOf(9, 7), { terminal: true })
    const lines = stderr.split('\n').filter((line) => /on \d+ interfaces/.test(line))
    expect(lines.map((line) => /on \d+ interfaces +\S+/.exec(line)?.[0].replace(/ +/g, ' '))).toEqual([
      'on 9 interfaces silent',
      'on 7 interfaces unavailable',
    ])
  })

  it('have a line each where they are few', async () => {
    const { stderr } = await resolve(linksOf(4, 0), { terminal: true })
    expect(stderr.match(/mdns .*@veth/g)).toHaveLength(4)
  })

  it('have a line each with -v', async () => {
    const { stderr } = await resolve(linksOf(40, 0), { more: ['-v'] })
    expect(stderr.match(/mdns .*@veth\d+ 10\.0\.0\.\d+/g)).toHaveLength(40)
  })
})
