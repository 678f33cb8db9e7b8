import { createResolver, memoryResolver } from '@pstorage/discovery-core'
import { describe, expect, it, vi } from 'vitest'
import { capturedStream } from './captured-stream.js'
import { cliRun } from './cli-run.js'
import { ending, worldOf } from './stand-ins.js'

const world = worldOf({ c: ['192.0.2.1'] })

function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: it went wrong`), { code })
}

describe('stdout', () => {
  it.each(['text', 'json', 'ndjson'])(
    'CLI-1: a reader that is gone ends a run quietly with 0, as %s',
    async (format) => {
      const stdout = capturedStream({ failure: systemError('EPIPE') })
      expect(await cliRun(['resolve', 'c', '--format', format], { backends: world, stdout })).toMatchObject({
        code: 0,
        stderr: '',
      })
    },
  )

  it.each(['text', 'json', 'ndjson'])('CLI-2: a full disk is an error, as %s', async (format) => {
    const stdout = capturedStream({ failure: systemError('ENOSPC') })
    const run = await cliRun(['resolve', 'c', '--format', format], { backends: world, stdout })
    expect(run).toMatchObject({
      code: 70,
      stderr: 'pstorage-discovery: cannot write to stdout: ENOSPC: it went wrong\n',
    })
  })

  it('CLI-2: and so it is for help', async () => {
    const stdout = capturedStream({ failure: systemError('ENOSPC') })
    expect(await cliRun(['--help'], { stdout })).toMatchObject({ code: 70 })
  })

  it('ends the question when the reader is gone', async () => {
    const dispose = vi.fn(async () => {})
    const endless = createResolver({
      name: 'dns',
      async discover({ emit, signal }) {
        for await (const event of memoryResolver({ clusters: { c: [] } }).discover())
          if (event.type === 'cluster') emit(event)
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
      },
      resolve: async () => {},
      dispose,
    })
    const stdout = capturedStream({ failure: systemError('EPIPE') })
    const argv = ['discover', '--backend', 'dns', '--format', 'ndjson']
    expect(await cliRun(argv, { backends: { dns: () => endless }, stdout })).toMatchObject({ code: 0 })
    expect(dispose).toHaveBeenCalledTimes(1)
  })
})

describe('stderr', () => {
  it('may be gone', async () => {
    const stderr = capturedStream({ failure: systemError('EPIPE') })
    expect(await cliRun(['resolve', 'nosuch', '-v'], { backends: world, stderr })).toMatchObject({ code: 6 })
    expect(await cliRun(['frob'], { stderr })).toMatchObject({ code: 2 })
    expect(await cliRun([], { stderr })).toMatchObject({ code: 2 })
  })
})

describe('CLI-3: an interrupted run', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('%s during a query ends with %i, prints nothing, and lets go', async (signal, code) => {
    const interruption = new AbortController()
    const dispose = vi.fn(async () => {})
    const pending = createResolver({
      name: 'dns',
      async discover({ startAttempt, signal: over }) {
        startAttempt({ method: 'memory', target: 'names' })
        interruption.abort(signal)
        expect(over.aborted).toBe(true)
      },
      resolve: async () => {},
      dispose,
    })
    const options = {
      backends: { dns: () => pending },
      signal: interruption.signal,
      stderr: capturedStream({ terminal: true }),
    }
    const run = await cliRun(['discover', '--backend', 'dns', '--json', '--no-color'], options)
    expect(run).toMatchObject({ code, stdout: '' })
    expect(run.stderr.replace('querying memory names ...\r\x1b[K', '')).toBe('')
    expect(dispose).toHaveBeenCalledTimes(1)
  })

  it('ends before anything is asked when it is interrupted before', async () => {
    const run = await cliRun(['discover', '--backend', 'dns'], { backends: world, signal: AbortSignal.abort('SIGINT') })
    expect(run).toMatchObject({ code: 130, stdout: '', stderr: '' })
  })
})

describe('CLI-16: a fault of ours', () => {
  const broken = () => ({
    ...ending('dns', 'empty'),
    discover: () => {
      throw new TypeError('cannot read \x1b[31mproperties')
    },
  })

  it('is one escaped line and 70', async () => {
    const run = await cliRun(['discover', '--backend', 'dns', '-q'], { backends: { dns: broken } })
    expect(run).toMatchObject({ code: 70, stdout: '' })
    expect(run.stderr).toMatch(/^pstorage-discovery: internal error: cannot read \\x1b\[31mproperties[^\n]*\n$/)
  })

  it('shows its stack with --debug', async () => {
    const run = await cliRun(['discover', '--backend', 'dns', '--debug'], { backends: { dns: broken } })
    expect(run.code).toBe(70)
    expect(run.stderr).toMatch(/\n {4}at /)
  })

  it('is a failed attempt, and not the end, where others can answer', async () => {
    const run = await cliRun(['discover', '--json'], { backends: { ...world, dns: broken, bootstrap: world.dns } })
    expect(run.code).toBe(0)
    expect(JSON.parse(run.stdout).attempts).toContainEqual(
      expect.objectContaining({ backend: 'dns', status: 'failed' }),
    )
  })
})
