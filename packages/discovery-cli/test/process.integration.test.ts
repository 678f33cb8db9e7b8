import { execFile, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildCli, childRun, mainFile } from './built-cli.js'

const lookAtLists = fileURLToPath(new URL('look-at-lists.mjs', import.meta.url))

let directory = ''
let clusters: readonly string[] = []

beforeAll(async () => {
  await buildCli()
  directory = await mkdtemp(join(tmpdir(), 'pstorage-cli-'))
  await mkdir(join(directory, 'clusters/my-cluster'), { recursive: true })
  await mkdir(join(directory, 'empty'))
  await writeFile(join(directory, 'clusters/my-cluster/bs.list'), '192.0.2.3:2510\n192.0.2.4\n')
  crowd = ['--backend', 'bootstrap', '--clusters-dir', join(directory, 'crowd')]
  for (let number = 1; number <= 10_000; number += 1) {
    const place = join(directory, 'crowd', `cluster-${number}`)
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, 'bs.list'), '192.0.2.3\n')
  }
  clusters = ['--backend', 'bootstrap', '--clusters-dir', join(directory, 'clusters')]
}, 120_000)

afterAll(() => rm(directory, { recursive: true, force: true }))

/** Lists of 10,000 clusters. */
let crowd: readonly string[] = []

/** Runs the executable in a shell, with what follows it there. */
async function shellRun(argv: readonly string[], ...after: readonly string[]) {
  const words = [process.execPath, mainFile, ...argv].map((word) => `'${word}'`).join(' ')
  const [redirection = '', then = ''] = after
  const shell = spawn('/bin/bash', ['-c', `${words} ${redirection}\n${then}`], { stdio: ['ignore', 'pipe', 'pipe'] })
  const texts = ['', '']
  for (const [index, stream] of [shell.stdout, shell.stderr].entries()) {
    stream.setEncoding('utf8').on('data', (text) => {
      texts[index] += text
    })
  }
  const [code] = await once(shell, 'close')
  return { code, stdout: texts[0] ?? '', stderr: texts[1] ?? '' }
}

/** Many addresses: more than a pipe holds. */
const many = Array.from({ length: 5_000 }, (_, index) => `-b10.0.${index >> 8}.${index & 255}:25100`)

describe('the executable', () => {
  it('prints data on stdout and nothing else', async () => {
    const run = await childRun(['resolve', 'my-cluster', ...clusters])
    expect(run).toMatchObject({ code: 0, stdout: '192.0.2.3:2510\n192.0.2.4:2510\n', stderr: '' })
    expect(await childRun(['discover', ...clusters])).toMatchObject({ code: 0, stdout: 'my-cluster\n', stderr: '' })
  })

  it('ends within 100 ms of its last word', async () => {
    for (const [argv, code] of [
      [['resolve', 'my-cluster', ...clusters], 0],
      [['discover', ...clusters], 0],
      [['resolve', 'nosuch', ...clusters], 6],
      [['resolve', 'nosuch', '--backend', 'zeroconf', '--interface', 'lo'], 3],
    ] as const) {
      let least = Number.POSITIVE_INFINITY
      // Where other programs have the processors, one run may wait for one of them.
      for (let run = 1; run <= 4 && least >= 100; run += 1) {
        const ended = await childRun(argv)
        expect(ended.code).toBe(code)
        least = Math.min(least, ended.lingered)
      }
      expect(least).toBeLessThan(100)
    }
  })

  it('tells that there is none from wrong usage', async () => {
    expect(await childRun(['resolve', 'nosuch', ...clusters])).toMatchObject({ code: 6, stdout: '' })
    expect(await childRun(['resolve', '../../etc', ...clusters])).toMatchObject({ code: 2, stdout: '' })
    expect(await childRun([])).toMatchObject({ code: 2, stdout: '' })
    expect(await childRun(['--help'])).toMatchObject({ code: 0, stderr: '' })
  })

  it('CLI-1: is quiet when its reader has gone', async () => {
    for (const format of ['text', 'json', 'ndjson']) {
      const argv = ['resolve', 'c', ...many, '--format', format]
      const run = await childRun(argv, { started: ({ closeStdout }) => closeStdout() })
      expect(run).toMatchObject({ code: 0, signal: null, stderr: '' })
    }
  })

  it('CLI-1: is quiet behind head', async () => {
    for (const argv of [
      ['discover', ...crowd],
      ['discover', ...crowd, '--format', 'ndjson'],
      ['resolve', 'c', ...many],
    ]) {
      const { code, stdout, stderr } = await shellRun(argv, '| head -1', 'echo $PIPESTATUS >&2')
      expect({ code, stderr }).toEqual({ code: 0, stderr: '0\n' })
      expect(stdout.split('\n')).toHaveLength(2)
    }
  })

  it.each([
    ['stdout', '>&-', ''],
    ['stderr', '2>&-', '192.0.2.3:2510\n192.0.2.4:2510\n'],
    ['both', '>&- 2>&-', ''],
    ['stdin', '<&-', '192.0.2.3:2510\n192.0.2.4:2510\n'],
  ])('CLI-1: is not disturbed where %s is closed', async (_, redirection, stdout) => {
    expect(await shellRun(['resolve', 'my-cluster', ...clusters], redirection)).toEqual({ code: 0, stdout, stderr: '' })
    expect(await shellRun(['resolve', 'nosuch', '-q', ...clusters], redirection)).toMatchObject({ code: 6, stdout: '' })
  })

  it('CLI-10: an argument as long as the system allows is wrong usage', async () => {
    const run = await childRun(['resolve', 'x'.repeat(130_000)])
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr.length).toBeLessThan(500)
  })

  it.each([
    ['discover', 10_000],
    ['discover --format ndjson', 10_002],
    ['discover --json', 1],
    ['discover --format zone', 1],
  ])(
    'CLI-14: %s lists 10,000 clusters in less than three times what looking at their lists takes',
    async (line, count) => {
      // Processor time of both, one after the other: how fast the machine is just now is the same for them.
      const hook = 'process.on("exit", () => process.stderr.write(JSON.stringify(process.resourceUsage())))'
      const measuring = ['--import', `data:text/javascript,${encodeURIComponent(hook)}`]
      const usageIn = (stderr: string) => JSON.parse(stderr.slice(stderr.lastIndexOf('{')))
      const env = { NODE_OPTIONS: measuring.join(' ') }
      const spent = ({ userCPUTime, systemCPUTime }: NodeJS.ResourceUsage): number => userCPUTime + systemCPUTime
      const [ours, least]: [number[], number[]] = [[], []]
      let maxRSS = 0
      // What else runs on the machine only adds to the time, so the least of a few rounds counts.
      for (let round = 0; round < 5 && !(Math.min(...ours) / Math.min(...least) < 3); round += 1) {
        const run = await childRun([...line.split(' '), ...crowd], { env })
        const looking = await promisify(execFile)(process.execPath, [
          ...measuring,
          lookAtLists,
          join(directory, 'crowd'),
        ])
        expect(run.code).toBe(0)
        expect(run.stdout.trimEnd().split('\n')).toHaveLength(count)
        const usage = usageIn(run.stderr)
        ours.push(spent(usage))
        least.push(spent(usageIn(looking.stderr)))
        maxRSS = Math.max(maxRSS, usage.maxRSS)
      }
      expect(Math.min(...ours) / Math.min(...least)).toBeLessThan(3)
      expect(maxRSS).toBeLessThan(150 * 1_024)
    },
  )

  it('CLI-2: says that the disk is full', async () => {
    for (const argv of [['resolve', 'my-cluster', ...clusters], ['--help']]) {
      const words = [process.execPath, mainFile, ...argv].map((word) => `'${word}'`).join(' ')
      const shell = spawn('/bin/sh', ['-c', `${words} > /dev/full`], { stdio: ['ignore', 'ignore', 'pipe'] })
      let stderr = ''
      shell.stderr.setEncoding('utf8').on('data', (text) => {
        stderr += text
      })
      const [code] = await once(shell, 'close')
      expect(code).toBe(70)
      expect(stderr).toMatch(/^pstorage-discovery: cannot write to stdout: ENOSPC[^\n]*\n$/)
    }
  })

  it('CLI-12: is not cut short on a pipe', async () => {
    const { code, stdout } = await childRun(['resolve', 'c', ...many])
    expect(code).toBe(0)
    expect(stdout.split('\n')).toHaveLength(many.length + 1)
    const json = await childRun(['resolve', 'c', ...many, '--json'])
    expect(JSON.parse(json.stdout).endpoints).toHaveLength(many.length)
  })

  it('CLI-15: does not take a lack of descriptors for "no such cluster"', async () => {
    const words = [process.execPath, mainFile, 'resolve', 'my-cluster', ...clusters]
      .map((word) => `'${word}'`)
      .join(' ')
    const shell = spawn('/bin/sh', ['-c', `ulimit -n 40 && ${words}`], { stdio: 'ignore' })
    const [code] = await once(shell, 'close')
    expect([0, 3, 70]).toContain(code)
  })

  it.each([
    ['exception', 'throw new Error("went\\x1b[31m wrong")'],
    ['rejection', 'Promise.reject(new Error("went\\x1b[31m wrong"))'],
  ])('CLI-16: an %s that nobody catches is one line and 70', async (_, fault) => {
    const when = 'process.listenerCount("uncaughtException") > 0'
    const preload = `const timer = setInterval(() => { if (${when}) { clearInterval(timer); ${fault} } }, 1)`
    const env = { NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(preload)}"` }
    const silent = ['--backend', 'zeroconf', '--interface', 'lo']
    const run = await childRun(['resolve', 'my-cluster', ...silent], { env })
    expect(run).toMatchObject({ code: 70, stdout: '' })
    expect(run.stderr).toBe('pstorage-discovery: internal error: went?[31m wrong (--debug shows where)\n')
    const debugged = await childRun(['resolve', 'my-cluster', ...silent, '--debug'], { env })
    expect(debugged.stderr).toMatch(/\n {4}at /)
  })

  it.each([
    ['of a stack that overflows', 'const nest = () => nest() + 1; nest()'],
    ['that is no Error', 'throw Object.create(null)'],
    ['after which another comes', 'setTimeout(() => { throw new Error("again") }); throw new Error("first")'],
    ['where stderr cannot be written', 'require("node:fs").closeSync(2); throw new Error("unseen")'],
    ['that is not to be noticed', 'Promise.reject(new Error("unnoticed"))', '--unhandled-rejections=none '],
  ])('CLI-16: an error %s ends with 70', async (_, fault, options = '') => {
    const when = 'process.listenerCount("uncaughtException") > 0'
    const preload = `import { createRequire } from 'node:module'; const require = createRequire(process.argv[1])
      const timer = setInterval(() => { if (${when}) { clearInterval(timer); ${fault} } }, 1)`
    const env = { NODE_OPTIONS: `${options}--import "data:text/javascript,${encodeURIComponent(preload)}"` }
    const run = await childRun(['resolve', 'my-cluster', '--backend', 'zeroconf', '--interface', 'lo'], { env })
    expect(run).toMatchObject({ code: 70, stdout: '' })
  })

  it('CLI-16: a lack of memory says nothing about a cluster', async () => {
    const preload = 'const kept = []; setInterval(() => kept.push(Array.from({ length: 1e6 }, Math.random)), 1)'
    const hook = `--import "data:text/javascript,${encodeURIComponent(preload)}"`
    const env = { NODE_OPTIONS: `--max-old-space-size=20 ${hook}` }
    const run = await childRun(['resolve', 'my-cluster', '--backend', 'zeroconf', '--interface', 'lo'], { env })
    expect(run).toMatchObject({ code: null, signal: 'SIGABRT', stdout: '' })
  })

  it('CLI-18: writes no files', async () => {
    const empty = join(directory, 'empty')
    const env = { HOME: empty, TMPDIR: empty, XDG_CACHE_HOME: empty, NODE_COMPILE_CACHE: '' }
    await childRun(['resolve', 'my-cluster', ...clusters], { env, cwd: empty })
    expect(await readdir(empty)).toEqual([])
  })
})

describe('CLI-3: a signal while a name server is silent', () => {
  /** Sends a signal as soon as the first question has arrived at a server that never answers. */
  async function interrupted(argv: readonly string[], ...signals: readonly NodeJS.Signals[]) {
    const server = createSocket('udp4').bind(0, '127.0.0.1')
    try {
      await once(server, 'listening')
      const dns = ['--backend', 'dns', '--server', `127.0.0.1:${server.address().port}`, '--domain', 'pstorage.test']
      let signalledAt = 0
      const run = await childRun([...argv, ...dns], {
        started: ({ kill }) => {
          server.once('message', () => {
            signalledAt = performance.now()
            for (const signal of signals) kill(signal)
          })
        },
      })
      return { ...run, took: performance.now() - signalledAt }
    } finally {
      server.close()
    }
  }

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends it with %i within a second, and nothing is printed', async (signal, code) => {
    for (const argv of [['discover'], ['resolve', 'c', '--json']]) {
      const run = await interrupted(argv, signal)
      expect(run).toMatchObject({ code, signal: null, stdout: '', stderr: '' })
      expect(run.took).toBeLessThan(1_000)
    }
  })

  it('a second one ends it at once', async () => {
    const run = await interrupted(['discover'], 'SIGINT', 'SIGTERM')
    expect([130, 143, 'SIGTERM']).toContain(run.code ?? run.signal)
    expect(run.took).toBeLessThan(1_000)
  })

  it('says who did not answer when the time is up', async () => {
    const run = await interrupted(['discover', '--timeout', '0.3'])
    expect(run).toMatchObject({ code: 3, stdout: '' })
    expect(run.stderr).toMatch(/dns-txt {2}pstorage_clusters\.pstorage\.test .*timeout/)
    expect(run.lingered).toBeLessThan(100)
  })
})
