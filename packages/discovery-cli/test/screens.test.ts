import {
  type Attempt,
  createResolver,
  type DiscoverEvent,
  type Method,
  parseClusterName,
  type ResolveEvent,
} from '@pstorage/discovery-core'
import { finding, remedy } from '@pstorage/discovery-core/checks'
import { describe, expect, it } from 'vitest'
import { commandTable } from '../src/commands/command-table.js'
import { changeLines } from '../src/commands/watch/print-changes.js'
import type { CheckLoaders } from '../src/context.js'
import { widthOf } from '../src/terminal/columns.js'
import { styleFor } from '../src/terminal/style.js'
import { wrapLine } from '../src/terminal/wrap.js'
import { capturedStream } from './captured-stream.js'
import { cliRun, type StandIns } from './cli-run.js'

/** The terminals on which each screen is looked at: their width and their environment. */
const terminals = [
  ['40 columns', 40, { LANG: 'C.UTF-8', TERM: 'dumb' }],
  ['40 columns, C locale', 40, { LANG: 'C', TERM: 'dumb' }],
  ['80 columns', 80, { LANG: 'C.UTF-8', TERM: 'dumb' }],
  ['120 columns', 120, { LANG: 'C.UTF-8', TERM: 'dumb' }],
  ['200 columns', 200, { LANG: 'C.UTF-8', TERM: 'dumb' }],
] as const

type Env = Readonly<Record<string, string>>
type Screen = (columns: number, env: Env) => Promise<string>

const host = 'mds-very-long-name-of-a-host.storage.example.org'
const dnsSrv = { backend: 'dns', method: 'dns-srv', origin: 'example.org', ttl: 300, authenticated: true }
const list = {
  ...dnsSrv,
  backend: 'bootstrap',
  method: 'bs-list',
  origin: '/etc/pstorage/clusters/my-cluster/bs.list:1',
}
const endpoint = (address: string, source = dnsSrv): ResolveEvent => {
  const known = { port: 2510, host, priority: 0, weight: 1, ttl: 300 }
  return { type: 'endpoint', address, ...known, source }
}
const named = (name: string, source = dnsSrv): DiscoverEvent => {
  return { type: 'cluster', name: parseClusterName(name), source: { ...source, authenticated: false } }
}

/** A source with these events, of which no attempt takes any time. */
function world(names: readonly DiscoverEvent[], endpoints: readonly ResolveEvent[]): StandIns {
  const clock = { now: () => 0, sleep: () => new Promise<void>(() => {}) }
  const make = (name: string) => () =>
    createResolver({
      name,
      clock,
      discover: async ({ emit }) => names.forEach(emit),
      resolve: async (_, { emit }) => endpoints.forEach(emit),
    })
  return { dns: make('dns'), bootstrap: make('bootstrap') }
}

const failure = { code: 'ETIMEDOUT', message: 'no answer within 5000 ms' }
const attempts: readonly (Partial<Attempt> &
  Pick<Attempt, 'status'> & { readonly method: Method; readonly target: string })[] = [
  { method: 'dns-srv', target: '_pstorage._tcp.my-cluster.storage.example.org', status: 'timeout', error: failure },
  { method: 'dns-srv', target: '_pstorage._tcp.my-cluster.local', status: 'empty', detail: 'NXDOMAIN' },
  { method: 'bs-list', target: '/etc/pstorage/clusters/my-cluster/bs.list', status: 'empty', server: null },
]
const failing: StandIns = {
  dns: () =>
    createResolver({
      name: 'dns',
      clock: { now: () => 0, sleep: () => new Promise<void>(() => {}) },
      discover: async () => {},
      resolve: async (_, { startAttempt, emit }) => {
        const message = 'the server 192.0.2.53 refuses to transfer the zone storage.example.org to this host'
        emit({ type: 'warning', code: 'axfr-refused', message })
        for (const { method, target, status, server = '192.0.2.53:53', ...more } of attempts) {
          startAttempt({ method, target }).finish(status, { server, ...more })
        }
      },
    }),
}

const run = async (argv: readonly string[], backends: StandIns, columns: number, env: Env, checks?: CheckLoaders) => {
  const screen = Object.assign(capturedStream({ terminal: true }), { columns })
  const options = { backends, stdout: screen, stderr: screen, env, ...(checks && { checks }) }
  await cliRun(argv, options)
  return screen.text
}

const zoneLine = '_pstorage._tcp.my-cluster.storage.example.org. 300 IN SRV 0 1 2510 mds1.storage.example.org.'
const broken = finding({ id: 'dns-srv-target', checks: 'targets', levels: ['error'] }, 'error', {
  subject: '_pstorage._tcp.my-cluster.storage.example.org',
  seen: 'the target mds1.storage.example.org.storage.example.org does not exist (NXDOMAIN)',
  meaning: 'clients do not find this metadata server: the dot at the end of the target may be missing',
  remedies: [remedy({ kind: 'zone', place: 'storage.example.org', replaces: zoneLine.slice(0, -1), text: zoneLine })],
})
const lost = finding(
  { id: 'dns-host-address', checks: 'hosts', levels: ['warning'], follows: [broken.check] },
  'warning',
  {
    subject: 'mds1.storage.example.org.storage.example.org',
    seen: 'has no A or AAAA record (NXDOMAIN)',
    follows: [broken.check],
  },
)
const silent = [0, 1, 2, 3].map((index) =>
  finding({ id: 'zeroconf-answers', checks: 'answers', levels: ['notice'] }, 'notice', {
    subject: `veth${index} 192.0.2.${index}`,
    seen: 'no host answers',
    meaning: 'no host speaks multicast DNS on this link, or a switch or a firewall on the way drops it',
  }),
)
const checks: CheckLoaders = {
  dns: async () => (async function* () {})(),
  // Of bootstrap, as the checks of the others look at the network of this host.
  bootstrap: async () =>
    (async function* () {
      yield* [broken, lost, ...silent]
    })(),
  zeroconf: async () => (async function* () {})(),
}

const screens: readonly (readonly [name: string, screen: Screen])[] = [
  ['help', (columns, env) => run(['help'], {}, columns, env)],
  ...commandTable.map(({ name }): readonly [string, Screen] => [
    `help-of-${name.replaceAll(' ', '-')}`,
    (columns, env) => run(['help', ...name.split(' ')], {}, columns, env),
  ]),
  ['failure', (columns, env) => run(['resolve', 'my-cluster', '--backend', 'dns'], failing, columns, env)],
  ['wrong-usage', (columns, env) => run(['resolve', 'my-cluster', '--bakend', 'dns,bootstrap'], {}, columns, env)],
  [
    'addresses',
    (columns, env) => {
      const found = world([], [endpoint('192.0.2.3'), endpoint('2001:db8::1', list)])
      return run(['resolve', 'my-cluster', '--backend', 'dns'], found, columns, env)
    },
  ],
  [
    'long-list',
    (columns, env) => {
      const names = [
        named('my-cluster'),
        named('my-cluster', list),
        named('the-cluster-in-the-other-hall'),
        named('x'.repeat(63)),
      ]
      const found = world(names, [endpoint('192.0.2.3'), endpoint('192.0.2.4', list)])
      return run(['discover', '-l', '--backend', 'dns,bootstrap'], found, columns, env)
    },
  ],
  [
    'bootstrap-show',
    (columns, env) => {
      const found = world([named('my-cluster', list)], [endpoint('192.0.2.3', list), endpoint('192.0.2.40', list)])
      return run(['bootstrap', 'show'], found, columns, env)
    },
  ],
  [
    'doctor',
    (columns, env) => run(['doctor', 'my-cluster', '--backend', 'bootstrap'], world([], []), columns, env, checks),
  ],
  [
    'watch',
    async (columns, env) => {
      const stream = Object.assign(capturedStream({ terminal: true }), { columns })
      const item = { ...endpoint('192.0.2.3'), sources: [dnsSrv] }
      const options = { at: new Date(0), cluster: parseClusterName('my-cluster'), style: styleFor(stream, env, true) }
      return changeLines({ ...item, type: 'added', outcome: 'found', endpoints: [] } as never, options)
    },
  ],
]

describe('what a terminal shows', () => {
  it.each(screens)('%s', async (name, screen) => {
    const shown: string[] = []
    for (const [title, columns, env] of terminals) {
      const text = await screen(columns, env)
      shown.push(`== ${title}\n${text}`)
      for (const line of text.split('\n')) {
        // A line that is longer is one word, or a line of a zone, which doctor leaves whole.
        if (widthOf(line) > columns) expect(line).toMatch(name === 'doctor' ? /^ *\S+$|SRV|^ {15}/ : /^ *\S+$/)
      }
    }
    await expect(shown.join('\n')).toMatchFileSnapshot(`screens/${name}.txt`)
  })
})

describe('a line that is too long', () => {
  const line = '  one two  three'

  it.each([
    ['is left as it is without a terminal', line.repeat(9), undefined, [line.repeat(9)]],
    ['is wrapped between words', `${'a'.repeat(30)} ${'b'.repeat(30)}`, 40, ['a'.repeat(30), `  ${'b'.repeat(30)}`]],
    [
      'is indented further',
      `  ${'a'.repeat(30)}  ${'b'.repeat(30)}`,
      40,
      [`  ${'a'.repeat(30)}`, `    ${'b'.repeat(30)}`],
    ],
    [
      'continues the command of a hint as a shell reads it',
      'hint: see why with pstorage-discovery resolve my-cluster --domain storage.example.org --backend dns',
      40,
      [
        'hint: see why with',
        '  pstorage-discovery resolve \\',
        '      my-cluster \\',
        '      --domain storage.example.org \\',
        '      --backend dns',
      ],
    ],
    [
      'leaves quotes of a command whole',
      `Try: pstorage-discovery watch c --exec 'systemctl reload my-proxy-of-x' it's`,
      40,
      ['Try:', '  pstorage-discovery watch c \\', `      --exec 'systemctl reload my-proxy-of-x' \\`, `      it ' s`],
    ],
    ['has whole words', 'a'.repeat(99), 40, ['a'.repeat(99)]],
    [
      'has the command of a hint in one piece',
      `hint: wait longer with --timeout ${'1'.repeat(16)} --wait 5`,
      40,
      ['hint: wait longer with', `  --timeout ${'1'.repeat(16)} --wait 5`],
    ],
    ['is wrapped as on 40 columns on fewer', `${'a'.repeat(30)} bb`, 10, [`${'a'.repeat(30)} bb`]],
  ] as const)('%s', (_, text, width, lines) => {
    expect(wrapLine(text, width)).toEqual(lines)
  })
})
