import type { ClusterName, ResolveEvent } from '@pstorage/discovery-core'
import { finding, remedy } from '@pstorage/discovery-core/checks'
import { describe, expect, it } from 'vitest'
import { commandTable } from '../src/commands/command-table.js'
import type { Announce, CheckLoaders } from '../src/context.js'
import { capturedStream } from './captured-stream.js'
import { type CliRunOptions, cliRun, type StandIns } from './cli-run.js'
import { emitting, sourceOf } from './stand-ins.js'

/** Characters that would drive a terminal, reorder or hide its text, or break a record in two. */
const texts: readonly (readonly [id: string, text: string])[] = [
  ['ESC', 'a\x1b[2Jb'],
  ['C1', 'a\x9b2Jb'],
  ['BEL', 'a\x07b'],
  ['CR', 'a\rb'],
  ['BS', 'a\bb'],
  ['NUL', 'a\0b'],
  ['DEL', 'a\x7fb'],
  ['DCS', 'a\x1bP1$r\x1b\\b'],
  ['OSC 8', '\x1b]8;;http://example.org\x1b\\x\x1b]8;;\x1b\\'],
  ['bidi', 'a\u202eb\u2066c'],
  ['zero width', 'a\u200bb\ufeffc'],
  ['tag characters', 'a\u{e0041}b'],
  ['line feed', 'a\nb'],
  ['line separator', 'a\u2028b\u2029c'],
  ['next line', 'a\x85b'],
  ['lone surrogate', 'a\ud800b'],
  ['quotes and comments', 'a"b\';c(d)$e`f\\g#h'],
  ['10 KB', `\x1b[31m${'x'.repeat(10_240)}`],
  ['__proto__', '__proto__'],
]

/** A backend that does not check what it passes on. */
const unchecked = (text: string, hasAddresses = true): StandIns => {
  const source = { ...sourceOf(text), origin: text, method: text }
  const attempt = { backend: text, method: text, target: text, server: text, count: 1, elapsedMs: 1, detail: text }
  const events: readonly ResolveEvent[] = [
    { type: 'attempt-started', id: 1, backend: text, method: text, target: text },
    { type: 'cluster', name: text as ClusterName, source },
    { type: 'endpoint', address: text, port: 1, host: text, priority: 0, weight: 0, ttl: 0, source },
    { type: 'endpoint', address: '192.0.2.3', port: 1, host: text, priority: null, weight: null, ttl: 0, source },
    { type: 'warning', code: text, message: text },
    { type: 'attempt-finished', id: 1, ...attempt, status: 'found', error: { code: text, message: text } },
  ]
  const make = () => emitting('dns', ...events.filter(({ type }) => hasAddresses || type !== 'endpoint'))
  return { dns: make, bootstrap: make, zeroconf: make }
}

const findings = (text: string): CheckLoaders => {
  const check = { id: 'dns-thing', checks: text, levels: ['error'] as const }
  const zone = remedy({ kind: 'zone', place: text, replaces: text, text, software: text })
  const all = async function* () {
    yield finding(check, 'error', { subject: text, seen: text, meaning: text, remedies: [zone] })
  }
  const load = async () => all()
  return { dns: load, bootstrap: load, zeroconf: load }
}

/** An announcement that tells everything there is to tell, and is then interrupted. */
const announcing = (text: string, interruption: AbortController): Announce => {
  return async ({ onEvent }) => {
    const where = { interface: text, family: 'IPv4' } as const
    const error = { code: text, message: text }
    const endpoints = [{ address: text, port: 1 }]
    onEvent?.({ type: 'interface-up', ...where })
    onEvent?.({ type: 'probing', ...where })
    onEvent?.({ type: 'renamed', kind: 'instance', from: text, to: text })
    onEvent?.({ type: 'interface-unavailable', interface: text, error })
    onEvent?.({ type: 'announced', ...where, instances: [{ cluster: text, name: text, endpoints }] })
    onEvent?.({ type: 'warning', code: text as 'mdns-announce-conflicts', message: text })
    setImmediate(() => interruption.abort('SIGINT'))
    const stop = async () => undefined
    return { instances: [], interfaces: [], update: stop, stop, [Symbol.asyncDispose]: stop }
  }
}

/** The ways in which each command gets text from outside. */
const lines: Readonly<Record<string, (text: string) => readonly string[]>> = {
  // One alone: what unites several drops what cannot be a name.
  discover: () => ['--backend', 'dns'],
  resolve: () => ['c', '--backend', 'dns'],
  watch: () => ['c', '--backend', 'dns'],
  doctor: () => ['--backend', 'dns'],
  announce: () => ['c'],
  'zone generate': () => ['example.org', '--partial', '--backend', 'dns'],
  'zone lint': (text) => ['example.org', '--file', `/nonexistent/${text}`],
  'bootstrap show': () => [],
  'bootstrap write': (text) => [
    'c',
    '--backend',
    'dns',
    '--dry-run',
    '--partial',
    '--clusters-dir',
    `/nonexistent/${text}`,
  ],
  'bootstrap lint': () => [],
  completion: (text) => [text],
}

/** Text that may go to a terminal, without the sequences that erase the line of progress; U+FFFD stands for half a character. */
const harmless = /^[ -~\n\ufffd\u2026]*$/

async function runWith(argv: readonly string[], text: string, options: Partial<CliRunOptions> = {}) {
  const interruption = new AbortController()
  const stdout = options.stdout ?? capturedStream()
  const write = stdout.write.bind(stdout)
  // What would go on for ever is interrupted when it has printed something.
  stdout.write = ((...words: Parameters<typeof write>) => {
    if (argv[0] === 'watch') setImmediate(() => interruption.abort('SIGINT'))
    return write(...words)
  }) as typeof stdout.write
  const run = await cliRun([...argv, '--no-color'], {
    // The doctor would try to connect to them.
    backends: unchecked(text, argv[0] !== 'doctor'),
    checks: findings(text),
    announce: announcing(text, interruption),
    signal: interruption.signal,
    stderr: capturedStream({ terminal: true }),
    env: { LANG: 'en_US.UTF-8', TERM: 'xterm' },
    ...options,
    stdout,
  })
  return { ...run, stderr: run.stderr.replaceAll('\r\x1b[K', '') }
}

describe('CLI-5, CLI-6: what came from outside', () => {
  it('is given to every command', () => {
    expect(Object.keys(lines).toSorted()).toEqual(commandTable.map(({ name }) => name).toSorted())
  })

  const rows = commandTable.flatMap(({ name, formats = [undefined] }) =>
    formats.map((format) => ({ name, format, id: format === undefined ? name : `${name} --format ${format}` })),
  )

  describe.each(rows)('$id', ({ name, format }) => {
    it.each(texts)('%s: is escaped, and a record stays a line', async (_, text) => {
      const argv = [
        ...name.split(' '),
        ...(lines[name]?.(text) ?? []),
        ...(format === undefined ? [] : ['--format', format]),
      ]
      const { code, stdout, stderr } = await runWith(
        [...argv, ...(name === 'doctor' || name.endsWith('lint') ? [] : ['-v'])],
        text,
      )
      expect(stdout).toMatch(harmless)
      expect(stderr).toMatch(harmless)
      expect(code).not.toBe(70)
      // To a monitor it says that there is an error.
      if (name !== 'completion' && format !== 'nagios') expect(code).not.toBe(2)
      if (format === 'nagios') expect(stdout).toMatch(/^PSTORAGE (?:OK|WARNING|CRITICAL) - [^|\n]* \| [^|\n]*\n$/)
      // One field is cut, so that 10 KB of it do not fill the screen.
      for (const line of stderr.split('\n')) expect(line.length).toBeLessThan(8_000)
      if (format === 'json' || format === 'prometheus') JSON.parse(stdout)
      if (format === 'ndjson') for (const line of stdout.trimEnd().split('\n')) JSON.parse(line)
      if (name === 'discover' && format === 'text') expect(stdout.split('\n')).toHaveLength(2)
      if (name === 'resolve' && format === 'text') expect(stdout.split('\n')).toHaveLength(3)
      if (format === 'zone') {
        for (const line of stdout.trimEnd().split('\n')) expect(line).toMatch(/^(?:;|\$|@ |[a-z0-9_.-]+ +IN +[A-Z]+ )/i)
      }
      if (format === 'bs-list') {
        for (const line of stdout.trimEnd().split('\n').slice(0, -2)) expect(line).toMatch(/^# /)
      }
    })
  })

  it.each(texts)('%s: is escaped in a table on a terminal', async (_, text) => {
    for (const argv of [['discover'], ['resolve', 'c']]) {
      const { stdout } = await runWith([...argv, '--backend', 'dns'], text, {
        stdout: capturedStream({ terminal: true }),
      })
      expect(stdout).toMatch(harmless)
      expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(2)
    }
  })

  it.each(texts)('%s: is escaped where it was typed', async (_, text) => {
    for (const argv of [
      [text],
      ['resolve', text],
      [`--${text}`],
      ['zone', text],
      ['discover', '--format', text],
      ['help', text],
    ]) {
      const { stdout, stderr } = await runWith(argv, text)
      expect(stdout).toMatch(harmless)
      expect(stderr).toMatch(harmless)
      expect(stderr.length).toBeLessThan(2_000)
    }
  })

  it.each(texts)('%s: is escaped when it is the message of a fault', async (_, text) => {
    const dns = () => {
      throw Object.assign(new Error(text), { stack: `Error: ${text}\n    at ${text}` })
    }
    for (const argv of [['discover'], ['discover', '--debug']]) {
      const { code, stdout, stderr } = await runWith([...argv, '--backend', 'dns'], text, { backends: { dns } })
      expect({ code, stdout }).toEqual({ code: 70, stdout: '' })
      expect(stderr).toMatch(harmless)
    }
  })
})
