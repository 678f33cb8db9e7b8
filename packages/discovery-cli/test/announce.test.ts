import { DiscoveryError } from '@pstorage/discovery-core'
import type { AnnounceEvent, Announcement, AnnounceOptions } from '@pstorage/discovery-zeroconf'
import { expect, it } from 'vitest'
import type { Announce } from '../src/context.js'
import { runCli } from '../src/index.js'
import { capturedStream } from './captured-stream.js'

const where = { interface: 'eth0', family: 'IPv4' } as const
const instance = { cluster: 'alpha', name: 'alpha on node1', endpoints: [{ address: '192.0.2.10', port: 2510 }] }

/** Runs `announce` with a stand-in that has these events, until it is interrupted. */
async function announced(argv: readonly string[], events: readonly AnnounceEvent[], fault?: Error) {
  const [stdout, stderr, interruption] = [capturedStream(), capturedStream(), new AbortController()]
  const received: AnnounceOptions[] = []
  let stopped = 0
  const announce: Announce = async (options) => {
    received.push(options)
    for (const event of events) options.onEvent?.(event)
    if (fault !== undefined) throw fault
    queueMicrotask(() => interruption.abort('SIGTERM'))
    const stop = async (): Promise<void> => {
      stopped += 1
    }
    const announcement: Announcement = {
      instances: [],
      interfaces: [],
      update: async () => undefined,
      stop,
      [Symbol.asyncDispose]: stop,
    }
    return announcement
  }
  const env = { LANG: 'C.UTF-8', PSTORAGE_NAME: 'from-environment' }
  const code = await runCli({ argv, env, stdout, stderr, signal: interruption.signal, announce })
  return { code, stdout: stdout.text, stderr: stderr.text, received: received[0], stopped }
}

it('says what is published where, until it is interrupted', async () => {
  const run = await announced(
    ['announce', 'alpha'],
    [
      { type: 'interface-up', ...where },
      { type: 'probing', ...where },
      { type: 'renamed', kind: 'instance', from: 'alpha on node1', to: 'alpha on node1 (2)' },
      {
        type: 'interface-unavailable',
        interface: 'eth1',
        error: { code: 'EACCES', message: 'cannot multicast on eth1' },
      },
      { type: 'announced', ...where, instances: [instance] },
      { type: 'interface-down', ...where },
      { type: 'warning', code: 'mdns-announce-conflicts', message: 'the names are disputed' },
    ],
  )
  expect(run).toMatchObject({ code: 143, stdout: '', stopped: 1 })
  expect(run.stderr.split('\n')).toEqual([
    'renamed "alpha on node1" to "alpha on node1 (2)": another host has that name',
    'unavailable: cannot multicast on eth1 [EACCES]',
    'announced "alpha on node1" on eth0 (IPv4): 192.0.2.10:2510',
    'gone: eth0 (IPv4)',
    'warning: the names are disputed [mdns-announce-conflicts]',
    '',
  ])
})

it('says more with --verbose, and nothing with --quiet', async () => {
  const events: AnnounceEvent[] = [{ type: 'probing', ...where }]
  expect((await announced(['announce', 'alpha', '-v'], events)).stderr).toBe('probing on eth0 (IPv4)\nwithdrawn\n')
  const quiet = await announced(['announce', 'alpha', '-q'], [{ type: 'announced', ...where, instances: [instance] }])
  expect(quiet).toMatchObject({ code: 143, stderr: '', stdout: '' })
})

it.each([
  ['an argument', ['announce', 'alpha'], [{ name: 'alpha' }], undefined],
  ['-c', ['announce', '-c', 'alpha'], [{ name: 'alpha' }], undefined],
  ['the environment', ['announce'], [{ name: 'from-environment' }], undefined],
  ['a URL', ['announce', 'pstorage://alpha'], [{ name: 'alpha' }], undefined],
  [
    'addresses and interfaces',
    ['announce', 'alpha', '-a10.0.0.1', '--address', '[2001:db8::1]:2511', '--interface', 'eth1', '--interface', 'lo'],
    [{ name: 'alpha', endpoints: ['10.0.0.1', '[2001:db8::1]:2511'] }],
    ['eth1', 'lo'],
  ],
])('announces what %s says', async (_, argv, clusters, interfaces) => {
  const { received } = await announced(argv, [])
  expect(received?.clusters).toEqual(clusters)
  expect(received?.interfaces).toEqual(interfaces)
})

it('shows nothing unescaped that came from the network', async () => {
  const events: AnnounceEvent[] = [{ type: 'renamed', kind: 'instance', from: 'a\u001b[31m', to: 'b' }]
  expect((await announced(['announce', 'alpha'], events)).stderr).toMatch(/^renamed "a\\x1b\[31m"/)
})

it.each([
  [
    'no interface',
    Object.assign(new Error('eth0 is down'), { code: 'ERR_NO_INTERFACE' }),
    3,
    /^not announced: eth0 is down/,
  ],
  [
    'wrong usage',
    new DiscoveryError('ERR_ENDPOINT_INVALID', 'nobody could reach it'),
    2,
    /nobody could reach it\nTry:/,
  ],
  ['a fault of ours', new Error('oops'), 70, /internal error: oops/],
])('ends with what says why: %s', async (_, fault, code, says) => {
  const run = await announced(['announce', 'alpha'], [], fault)
  expect(run).toMatchObject({ code, stdout: '' })
  expect(run.stderr).toMatch(says)
})
