import {
  createResolver,
  type DiscoverEvent,
  parseClusterName,
  type ResolveEvent,
  type SimulatedClock,
  simulatedClock,
} from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { capturedStream } from './captured-stream.js'
import { cliRun } from './cli-run.js'
import { emitting, ending, sourceOf, worldOf } from './stand-ins.js'

const world = worldOf({ 'my-cluster': ['192.0.2.3'], known: [] })
const terminal = () => capturedStream({ terminal: true })
const utf8 = { LANG: 'en_US.UTF-8', TERM: 'xterm' }
const esc = '\x1b'
const eraseLine = `\r${esc}[K`

describe('on a terminal', () => {
  it('shows what is asked, and each outcome as it comes, on stderr alone', async () => {
    const run = await cliRun(['discover', '--backend', 'dns', '--no-color', '-v'], {
      backends: world,
      stderr: terminal(),
      env: utf8,
    })
    expect(run.stdout).toBe('known\nmy-cluster\n')
    const [status, attempt] = run.stderr.split(eraseLine)
    expect(status).toBe('querying memory names ...')
    expect(attempt).toMatch(/^memory {5}names {57}found 2 {6}[0-9.]+ ms\n$/)
  })

  it('names the server, and says why', async () => {
    const error = { code: 'REFUSED', message: 'transfers are not allowed' }
    const backends = { dns: () => ending('dns', 'refused', error) }
    const run = await cliRun(['discover', '--backend', 'dns', '--no-color'], {
      backends,
      stderr: terminal(),
      env: { TERM: 'dumb' },
    })
    const [attempt, rest, claim] = run.stderr.split('\n')
    expect(rest).toBe('  not allowed)')
    expect(attempt).toMatch(/^memory {5}anything @192\.0\.2\.53:53 +refused {6}[0-9.]+ ms {2}\(REFUSED: transfers are$/)
    expect(claim).toBe('cannot tell which clusters exist: not every source answered')
  })

  it('overwrites nothing where TERM=dumb', async () => {
    const run = await cliRun(['discover', '-v'], { backends: world, stderr: terminal(), env: { TERM: 'dumb' } })
    expect(run.stderr).not.toContain(eraseLine)
    expect(run.stderr.split('\n')).toHaveLength(4)
  })

  it('takes the line away before data is printed', async () => {
    const screen = terminal()
    const run = await cliRun(['discover', '--format', 'ndjson'], {
      backends: world,
      stdout: screen,
      stderr: screen,
      env: utf8,
    })
    for (const line of run.stdout.split('\n')) {
      const shown = line.slice(line.lastIndexOf('\r\x1b[K') + 1)
      if (shown.includes('{"type"')) expect(shown.replace(`${esc}[K`, '')).toMatch(/^\{"type"/)
    }
  })

  it('cuts the line to the width of the terminal', async () => {
    const stderr = Object.assign(terminal(), { columns: 10 })
    const run = await cliRun(['discover', '--no-color', '-v'], { backends: world, stderr, env: utf8 })
    const status = run.stderr.split(/[\r\n]/).filter((line) => line.startsWith('querying'))
    expect(status.length).toBeGreaterThan(0)
    for (const line of status) expect(line.length).toBeLessThan(10)
  })

  it('names the methods alone where not all attempts fit', async () => {
    const stderr = Object.assign(terminal(), { columns: 42 })
    const started = (id: number, method: string): DiscoverEvent => ({
      type: 'attempt-started',
      id,
      backend: 'dns',
      method,
      target: 'x'.repeat(20),
    })
    const backends = { dns: () => emitting('dns', started(1, 'dns-txt'), started(2, 'mdns')) }
    const run = await cliRun(['discover', '--backend', 'dns', '--no-color', '-v'], { backends, stderr, env: utf8 })
    expect(run.stderr).toContain('querying dns-txt xxxxxxxxxxxxxxxxxxxx ...')
    expect(run.stderr).toContain('querying dns-txt, mdns ...')
  })

  it('goes on showing an attempt when another one with the same words finishes', async () => {
    const words = { backend: 'zeroconf', method: 'mdns', target: '_pstorage._tcp.local' }
    const started = (id: number): DiscoverEvent => ({ type: 'attempt-started', id, ...words })
    const finished = (id: number): DiscoverEvent => {
      const ending = { server: null, status: 'silent', count: 0, elapsedMs: 3, error: null, detail: null } as const
      return { type: 'attempt-finished', id, ...words, ...ending }
    }
    const events = [started(1), started(2), finished(1), finished(2)]
    const backends = { zeroconf: () => emitting('zeroconf', ...events) }
    const argv = ['discover', '--backend', 'zeroconf', '--no-color', '-v']
    const { stderr } = await cliRun(argv, { backends, stderr: terminal(), env: utf8 })
    const written = stderr
      .replaceAll(eraseLine, '\n')
      .split('\n')
      .map((line) => line.replace(/ {2,}.*/, ' ...'))
    const line = 'querying mdns _pstorage._tcp.local ...'
    expect(written.slice(0, 5)).toEqual([line, line, 'mdns ...', line, 'mdns ...'])
  })

  it('is silent with --quiet', async () => {
    const warning: DiscoverEvent = { type: 'warning', code: 'odd', message: 'odd' }
    const backends = { dns: () => emitting('dns', warning) }
    const run = await cliRun(['discover', '--backend', 'dns', '-q'], { backends, stderr: terminal(), env: utf8 })
    expect(run).toMatchObject({ code: 3, stderr: '' })
  })
})

describe('attempts on a terminal', () => {
  /** A source that finds an address in so many milliseconds of a simulated clock. */
  const answering = (clock: SimulatedClock, time: number) =>
    createResolver({
      name: 'dns',
      clock,
      discover: async () => {},
      resolve: async (_, { startAttempt, emit, signal }) => {
        const attempt = startAttempt({ method: 'dns-srv', target: 'c.test' })
        await clock.sleep(time, signal)
        const known = { port: 2510, host: null, priority: null, weight: null, ttl: null }
        emit({ type: 'endpoint', address: '192.0.2.3', ...known, source: sourceOf('dns') })
        attempt.finish('found', { count: 1 })
      },
    })
  const resolved = async (time: number, ...argv: readonly string[]) => {
    const clock = simulatedClock()
    const backends = { dns: () => answering(clock, time) }
    const all = ['resolve', 'c', '--backend', 'dns', '--no-color', ...argv]
    const running = cliRun(all, { backends, clock, stderr: terminal(), env: utf8 })
    while (clock.sleepers === 0) await new Promise((resolve) => setImmediate(resolve))
    await clock.advance(1_000)
    const run = await running
    expect(clock.sleepers).toBe(0)
    return run
  }

  it('are not shown where it succeeds soon', async () => {
    expect(await resolved(299)).toMatchObject({ code: 0, stdout: '192.0.2.3:2510\n', stderr: '' })
  })

  it('are shown while it takes longer', async () => {
    const { stderr } = await resolved(400)
    expect(stderr.split(eraseLine)).toEqual([
      'querying dns-srv c.test ...',
      expect.stringMatching(/^dns-srv {4}c\.test +found 1 +400 ms\n$/),
    ])
  })

  it('are shown with --verbose', async () => {
    expect((await resolved(299, '-v')).stderr).toMatch(/dns-srv {4}c\.test +found 1 +299 ms\n$/)
  })

  it('are shown after a failure', async () => {
    expect((await resolved(299, '--min-endpoints', '2')).stderr).toMatch(/dns-srv {4}c\.test +found 1 +299 ms\n$/)
  })
})

describe('text on a terminal', () => {
  const mdns = { ...sourceOf('zeroconf'), method: 'mdns' }
  const endpoint = (address: string, host: string | null, order: number): ResolveEvent => {
    const known = { port: 2510, host, priority: null, weight: null, ttl: null, source: mdns, preference: [order] }
    return { type: 'endpoint', address, ...known }
  }
  const resolved = (columns: number, ...endpoints: readonly ResolveEvent[]) =>
    cliRun(['resolve', 'c', '--backend', 'dns', '--no-color'], {
      backends: { dns: () => emitting('dns', ...endpoints) },
      stdout: Object.assign(terminal(), { columns }),
      env: utf8,
    })

  it('has endpoints in columns, with their hosts and who says so', async () => {
    const { stdout } = await resolved(80, endpoint('192.0.2.3', 'node1.local', 0), endpoint('2001:db8::1', null, 1))
    expect(stdout).toBe('192.0.2.3:2510      node1.local  mdns\n[2001:db8::1]:2510               mdns\n')
  })

  it('keeps columns below one another where characters are wide', async () => {
    const { stdout } = await resolved(
      80,
      endpoint('192.0.2.3', '\u5009\u5eab.local', 0),
      endpoint('192.0.2.4', 'ab.local', 1),
    )
    expect(stdout).toBe('192.0.2.3:2510  \u5009\u5eab.local  mdns\n192.0.2.4:2510  ab.local    mdns\n')
  })

  it.each([
    [30, '192.0.2.3:2510  \u5009\u5eab\u2026\u5eab   mdns\n'],
    [20, '192.0.2.3:2510  \u5009\u5eab\u2026\n'],
    [19, '192.0.2.3:2510  \u5009\n'],
    [16, '192.0.2.3:2510\n'],
    [1, '192.0.2.3:2510\n'],
  ])('cuts lines to %i cells, and never the address', async (columns, shown) => {
    const { stdout } = await resolved(columns, endpoint('192.0.2.3', '\u5009\u5eab'.repeat(30), 0))
    expect(stdout).toBe(shown)
  })

  it('tells names as they come, each once, those of one source in order', async () => {
    const name = (text: string): DiscoverEvent => ({ type: 'cluster', name: parseClusterName(text), source: mdns })
    const { stdout } = await cliRun(['discover', '--backend', 'dns,zeroconf', '--no-color'], {
      backends: {
        dns: () => emitting('dns', name('second'), name('first')),
        zeroconf: () => emitting('zeroconf', name('FIRST')),
      },
      stdout: terminal(),
      env: utf8,
    })
    expect(stdout.toLowerCase()).toBe(`first${' '.repeat(19)}  mdns\nsecond${' '.repeat(18)}  mdns\n`)
  })

  it('is in colour', async () => {
    const { stdout } = await cliRun(['discover', '--backend', 'dns'], {
      backends: world,
      stdout: terminal(),
      env: utf8,
    })
    expect(stdout).toContain(`${esc}[2mmemory${esc}[22m`)
  })

  it('is not written when the reader has gone', async () => {
    const failure = Object.assign(new Error('gone'), { code: 'EPIPE' })
    const stdout = capturedStream({ terminal: true, failure })
    expect(await cliRun(['discover', '--backend', 'dns'], { backends: world, stdout })).toMatchObject({
      code: 0,
      stderr: '',
    })
  })
})

describe('CLI-4: colour', () => {
  const rows: readonly (readonly [
    id: string,
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
    isTerminal: boolean,
    coloured: boolean,
  ])[] = [
    ['a terminal', ['-v'], { TERM: 'xterm' }, true, true],
    ['no terminal', ['-v'], { TERM: 'xterm' }, false, false],
    ['TERM=dumb', ['-v'], { TERM: 'dumb' }, true, false],
    ['NO_COLOR', ['-v'], { TERM: 'xterm', NO_COLOR: '1' }, true, false],
    ['NO_COLOR=0 is set', ['-v'], { TERM: 'xterm', NO_COLOR: '0' }, true, false],
    ['NO_COLOR is empty', ['-v'], { TERM: 'xterm', NO_COLOR: '' }, true, true],
    ['--no-color', ['-v', '--no-color'], { TERM: 'xterm' }, true, false],
    ['FORCE_COLOR', ['-v'], { FORCE_COLOR: '1' }, false, true],
    ['FORCE_COLOR is empty', ['-v'], { FORCE_COLOR: '' }, false, false],
    ['FORCE_COLOR=0', ['-v'], { TERM: 'xterm', FORCE_COLOR: '0' }, true, false],
    ['FORCE_COLOR and NO_COLOR', ['-v'], { FORCE_COLOR: '1', NO_COLOR: '1' }, false, false],
    ['FORCE_COLOR and --no-color', ['-v', '--no-color'], { FORCE_COLOR: '1' }, false, false],
  ]

  it.each(rows)('%s', async (_, argv, env, isTerminal, coloured) => {
    const stderr = capturedStream({ terminal: isTerminal })
    const run = await cliRun(['discover', '--backend', 'dns', ...argv], { backends: world, stderr, env })
    expect(run.stderr.includes(`${esc}[32mfound`)).toBe(coloured)
    if (!coloured) expect(run.stderr.replaceAll(eraseLine, '')).not.toContain(esc)
    expect(run.stdout).toBe('known\nmy-cluster\n')
  })
})

describe('piped', () => {
  it('CLI-11: has data on stdout, and nothing on stderr when all is well', async () => {
    expect(await cliRun(['resolve', 'my-cluster'], { backends: world })).toMatchObject({
      stdout: '192.0.2.3:2510\n',
      stderr: '',
    })
  })

  it('CLI-11: has warnings on stderr, each once, with their codes', async () => {
    const warning: DiscoverEvent = { type: 'warning', code: 'txt-name-invalid', message: 'bad name' }
    const name: DiscoverEvent = { type: 'cluster', name: parseClusterName('c'), source: sourceOf('dns') }
    const backends = { dns: () => emitting('dns', name, warning, warning) }
    for (const format of ['text', 'json', 'ndjson']) {
      const run = await cliRun(['discover', '--backend', 'dns', '--format', format], { backends })
      expect(run).toMatchObject({ code: 0, stderr: 'warning: bad name [txt-name-invalid]\n' })
    }
  })

  const aboutLines = (count: number): readonly DiscoverEvent[] =>
    Array.from({ length: count }, (_, index) => {
      return { type: 'warning', code: 'bootstrap-entry-invalid', message: `/etc/c/bs.list:${index + 1}:1: no address` }
    })
  const warned = async (events: readonly DiscoverEvent[], ...argv: readonly string[]) => {
    const backends = { bootstrap: () => emitting('bootstrap', ...events) }
    const { stderr } = await cliRun(['discover', '--backend', 'bootstrap', ...argv], { backends })
    return stderr.split('\n').filter((line) => line.startsWith('warning:'))
  }

  it('sums up many warnings about one file, with the first place and a count', async () => {
    expect(await warned(aboutLines(5))).toHaveLength(5)
    expect(await warned(aboutLines(90))).toEqual([
      'warning: /etc/c/bs.list:1:1: no address; and 89 more in this file, shown with -v [bootstrap-entry-invalid]',
    ])
    expect(await warned(aboutLines(90), '-v')).toHaveLength(90)
    const other: DiscoverEvent = { type: 'warning', code: 'odd', message: 'odd' }
    expect(await warned([...aboutLines(6), other])).toHaveLength(2)
    const more: DiscoverEvent = {
      type: 'warning',
      code: 'bootstrap-more-warnings',
      message: '/etc/c/bs.list: 363 more warnings',
    }
    expect(await warned([...aboutLines(100), more])).toEqual([
      expect.stringContaining(
        'no address; and 462 more in this file, shown with -v [bootstrap-entry-invalid, bootstrap-more',
      ),
    ])
  })

  it('shows the attempts with --verbose', async () => {
    const run = await cliRun(['discover', '--backend', 'dns', '-v'], { backends: world })
    expect(run.stderr).toMatch(/^memory {2}names {2}found 2 {2}[0-9.]+ ms\n$/)
  })

  it('says who could not be asked, why, and what may help', async () => {
    const backends = {
      dns: () => ending('dns', 'timeout', { code: 'ETIMEDOUT', message: 'no answer within 5000 ms' }),
      bootstrap: () => ending('bootstrap', 'empty'),
      zeroconf: () => ending('zeroconf', 'unavailable', { code: 'ENODEV', message: 'no interface can multicast' }),
    }
    const { code, stdout, stderr } = await cliRun(['resolve', 'c'], { backends })
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr.replace(/ {2}[0-9.]+ ms/g, '')).toBe(
      [
        "cannot tell whether cluster 'c' exists; no answer from:",
        '  memory  anything @192.0.2.53:53  timeout  (ETIMEDOUT: no answer within 5000 ms)',
        '  memory  anything @192.0.2.53:53  unavailable  (ENODEV: no interface can multicast)',
        'hint: wait longer with --timeout 10',
        'hint: leave out zeroconf with --backend dns,bootstrap',
        '',
      ].join('\n'),
    )
  })

  it('says who said no', async () => {
    const { stderr } = await cliRun(['resolve', 'nosuch'], { backends: world })
    expect(stderr.replace(/ {2}[0-9.]+ ms/g, '')).toBe(
      "cluster 'nosuch' does not exist; all sources answered:\n  memory  nosuch  empty\n  memory  nosuch  empty\n",
    )
  })

  it('says who says that it exists', async () => {
    const { stderr } = await cliRun(['resolve', 'known'], { backends: world })
    expect(stderr).toBe("cluster 'known' exists but has no usable address; it is named by:\n  memory  memory\n")
  })

  it('says that silence is no answer', async () => {
    const { stderr } = await cliRun(['resolve', 'c', '--backend', 'zeroconf'], { backends: world })
    expect(stderr).toMatch(
      /^cannot tell whether cluster 'c' exists: only multicast was asked, and silence proves nothing:\n {2}memory {2}anything .*silent/,
    )
  })
})

describe('what came from outside', () => {
  it('CLI-5: keeps what is escaped already as it is', async () => {
    const warning: DiscoverEvent = { type: 'warning', code: 'odd', message: "the name 'a\\x1b[2Jb' is odd" }
    const backends = { dns: () => emitting('dns', warning) }
    const { stderr } = await cliRun(['discover', '--backend', 'dns'], { backends })
    expect(stderr).toContain("warning: the name 'a\\x1b[2Jb' is odd [odd]\n")
  })

  it.each([
    [{ LANG: 'C' }, 'm\\u{fc}ller'],
    [{}, 'm\\u{fc}ller'],
    [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, 'm\\u{fc}ller'],
    [{ LC_CTYPE: 'de_DE.ISO-8859-1', LANG: 'en_US.UTF-8' }, 'm\\u{fc}ller'],
    [{ LANG: 'de_DE.UTF-8' }, 'm\u00fcller'],
    [{ LC_ALL: '', LC_CTYPE: 'C.utf8' }, 'm\u00fcller'],
  ])('CLI-17: %j shows only what the locale can', async (env, shown) => {
    const warning: DiscoverEvent = { type: 'warning', code: 'odd', message: 'm\u00fcller' }
    const backends = { dns: () => emitting('dns', warning) }
    expect((await cliRun(['discover', '--backend', 'dns'], { backends, env })).stderr).toContain(
      `warning: ${shown} [odd]`,
    )
  })
})
