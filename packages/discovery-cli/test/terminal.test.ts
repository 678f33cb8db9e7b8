import { type DiscoverEvent, parseClusterName, type ResolveEvent } from '@pstorage/discovery-core'
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
    const run = await cliRun(['discover', '--backend', 'dns', '--no-color'], {
      backends: world,
      stderr: terminal(),
      env: utf8,
    })
    expect(run.stdout).toBe('known\nmy-cluster\n')
    const [asking, attempt] = run.stderr.split(eraseLine)
    expect(asking).toBe('asking memory names ...')
    expect(attempt).toMatch(/^memory {4}names {57}found 2 {6}[0-9.]+ ms\n$/)
  })

  it('names the server, and says why', async () => {
    const error = { code: 'REFUSED', message: 'transfers are not allowed' }
    const backends = { dns: () => ending('dns', 'refused', error) }
    const run = await cliRun(['discover', '--backend', 'dns', '--no-color'], {
      backends,
      stderr: terminal(),
      env: { TERM: 'dumb' },
    })
    const [attempt, claim] = run.stderr.split('\n')
    expect(attempt).toMatch(
      /^memory {4}anything @192\.0\.2\.53:53 +refused {6}[0-9.]+ ms {2}\(REFUSED: transfers are not allowed\)$/,
    )
    expect(claim).toMatch(/^cannot tell whether there is a cluster/)
  })

  it('overwrites nothing where TERM=dumb', async () => {
    const run = await cliRun(['discover'], { backends: world, stderr: terminal(), env: { TERM: 'dumb' } })
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
    const run = await cliRun(['discover', '--no-color'], { backends: world, stderr, env: utf8 })
    const asking = run.stderr.split(/[\r\n]/).filter((line) => line.startsWith('asking'))
    expect(asking.length).toBeGreaterThan(0)
    for (const line of asking) expect(line.length).toBeLessThan(10)
  })

  it('names the methods alone where not everything that is asked fits', async () => {
    const stderr = Object.assign(terminal(), { columns: 40 })
    const asking = (method: string): DiscoverEvent => ({
      type: 'asking',
      backend: 'dns',
      method,
      target: 'x'.repeat(20),
    })
    const backends = { dns: () => emitting('dns', asking('dns-txt'), asking('mdns')) }
    const run = await cliRun(['discover', '--backend', 'dns', '--no-color'], { backends, stderr, env: utf8 })
    expect(run.stderr).toContain('asking dns-txt xxxxxxxxxxxxxxxxxxxx ...')
    expect(run.stderr).toContain('asking dns-txt, mdns ...')
  })

  it('is silent with --quiet', async () => {
    const warning: DiscoverEvent = { type: 'warning', code: 'odd', message: 'odd' }
    const backends = { dns: () => emitting('dns', warning) }
    const run = await cliRun(['discover', '--backend', 'dns', '-q'], { backends, stderr: terminal(), env: utf8 })
    expect(run).toMatchObject({ code: 3, stderr: '' })
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
    [30, '192.0.2.3:2510  \u5009\u5eab\u5009\u5eab\u5009\u5eab\u5009\n'],
    [20, '192.0.2.3:2510  \u5009\u5eab\n'],
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
    expect(stdout).toContain(`${esc}[2mmemory${esc}[0m`)
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
    ['a terminal', [], { TERM: 'xterm' }, true, true],
    ['no terminal', ['-v'], { TERM: 'xterm' }, false, false],
    ['TERM=dumb', [], { TERM: 'dumb' }, true, false],
    ['NO_COLOR', [], { TERM: 'xterm', NO_COLOR: '1' }, true, false],
    ['NO_COLOR=0 is set', [], { TERM: 'xterm', NO_COLOR: '0' }, true, false],
    ['NO_COLOR is empty', [], { TERM: 'xterm', NO_COLOR: '' }, true, true],
    ['--no-color', ['--no-color'], { TERM: 'xterm' }, true, false],
    ['FORCE_COLOR', ['-v'], { FORCE_COLOR: '1' }, false, true],
    ['FORCE_COLOR is empty', ['-v'], { FORCE_COLOR: '' }, false, false],
    ['FORCE_COLOR=0', [], { TERM: 'xterm', FORCE_COLOR: '0' }, true, false],
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
        "cannot tell whether there is a cluster 'c': these could not be asked or did not answer:",
        '  memory  anything @192.0.2.53:53  timeout  (ETIMEDOUT: no answer within 5000 ms)',
        '  memory  anything @192.0.2.53:53  unavailable  (ENODEV: no interface can multicast)',
        'more than 5 s: --timeout SECONDS',
        'without zeroconf: --backend dns,bootstrap',
        '',
      ].join('\n'),
    )
  })

  it('says who said no', async () => {
    const { stderr } = await cliRun(['resolve', 'nosuch'], { backends: world })
    expect(stderr.replace(/ {2}[0-9.]+ ms/g, '')).toBe(
      "no cluster 'nosuch': everybody could be asked, and these said no:\n  memory  nosuch  empty\n  memory  nosuch  empty\n",
    )
  })

  it('says who says that it exists', async () => {
    const { stderr } = await cliRun(['resolve', 'known'], { backends: world })
    expect(stderr).toBe(
      "cluster 'known' exists, but nobody has a usable address for it; it is named by:\n  memory  memory\n",
    )
  })

  it('says that silence is no answer', async () => {
    const { stderr } = await cliRun(['resolve', 'c', '--backend', 'zeroconf'], { backends: world })
    expect(stderr).toMatch(
      /^cannot tell whether there is a cluster 'c': nobody who can say no was asked:\n {2}memory {2}anything .*silent/,
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
