import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { memoryResolver, mergeOf } from '@pstorage/discovery-core'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { cliRun, type StandIns } from './cli-run.js'

const schema: object = JSON.parse(readFileSync(new URL('../schema/v1.json', import.meta.url), 'utf8'))
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema)

/** A port of loopback that accepts connections until it is disposed of. */
async function listening() {
  const server = createServer((socket) => socket.destroy())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on an address and a port
  return { endpoint: `127.0.0.1:${port}`, [Symbol.asyncDispose]: async () => void server.close() }
}

async function closed(): Promise<string> {
  await using server = await listening()
  return server.endpoint
}

const knowing = (...endpoints: readonly string[]): StandIns => ({
  dns: () => memoryResolver({ name: 'dns', clusters: { c: endpoints } }),
})
const argv = ['resolve', 'c', '--backend', 'dns', '--probe']
const linesOf = (text: string): readonly string[] => text.trimEnd().split('\n')

describe('--probe', () => {
  it('prints reachable ones first, marks all and drops none', async () => {
    await using one = await listening()
    await using other = await listening()
    const gone = [await closed(), await closed()]
    const backends = knowing(gone[0] ?? '', one.endpoint, gone[1] ?? '', other.endpoint)
    const text = await cliRun(argv, { backends })
    expect(text).toMatchObject({ code: 0, stderr: '' })
    expect(linesOf(text.stdout).map((line) => line.replace(/[\d.]+ m?s$/, 'TIME'))).toEqual([
      `${one.endpoint}  reachable  TIME`,
      `${other.endpoint}  reachable  TIME`,
      `${gone[0]}  unreachable  ECONNREFUSED`,
      `${gone[1]}  unreachable  ECONNREFUSED`,
    ])

    const json = JSON.parse((await cliRun([...argv, '--json'], { backends })).stdout)
    expect(validate(json), JSON.stringify(validate.errors)).toBe(true)
    expect(json.endpoints).toMatchObject([
      { reachable: true, latencyMs: expect.any(Number), error: null },
      { reachable: true },
      { reachable: false, latencyMs: null, error: { code: 'ECONNREFUSED' } },
      { reachable: false },
    ])
    expect(json.warnings).toEqual([])

    const events = linesOf((await cliRun([...argv, '--format', 'ndjson'], { backends })).stdout).map((line) =>
      JSON.parse(line),
    )
    for (const event of events) expect(validate(event), JSON.stringify(validate.errors)).toBe(true)
    const endpoints = events.filter(({ type }) => type === 'endpoint')
    expect(endpoints.map(({ port, reachable }) => [`127.0.0.1:${port}`, reachable])).toEqual([
      [one.endpoint, true],
      [other.endpoint, true],
      [gone[0], false],
      [gone[1], false],
    ])
    expect(events.at(-1).type).toBe('end')
  })

  it('warns where none can be reached, prints them all the same, and ends with 0', async () => {
    const gone = await closed()
    const text = await cliRun(argv, { backends: knowing(gone) })
    expect(text).toMatchObject({ code: 0, stdout: `${gone}  unreachable  ECONNREFUSED\n` })
    expect(text.stderr).toBe(
      'warning: the endpoint does not accept a TCP connection from here [no-endpoint-reachable]\n',
    )
    const json = JSON.parse((await cliRun([...argv, '--json'], { backends: knowing(gone, await closed()) })).stdout)
    expect(json).toMatchObject({ outcome: 'found', warnings: [{ code: 'no-endpoint-reachable' }] })
    const lines = linesOf((await cliRun([...argv, '--format', 'ndjson'], { backends: knowing(gone) })).stdout)
    expect(lines.map((line) => JSON.parse(line).type).slice(-3)).toEqual(['endpoint', 'warning', 'end'])
  })

  it('ST-5 names the way to other sources, which know better', async () => {
    await using mds = await listening()
    const gone = await closed()
    const backends: StandIns = {
      bootstrap: () => memoryResolver({ name: 'bootstrap', clusters: { c: [gone] } }),
      ...knowing(mds.endpoint),
    }
    const words = ['resolve', 'c', '--backend', 'bootstrap,dns', '--probe']
    const first = await cliRun(words, { backends })
    expect(first.stderr).toMatch(/; other sources may have the right ones: --policy merge \[no-endpoint-reachable\]\n$/)
    const merged = await cliRun([...words, '--policy', 'merge'], { backends })
    expect(merged.stdout).toMatch(new RegExp(`^${mds.endpoint}  reachable`))
    expect(merged.stderr).toContain('[sources-disagree]')
  })

  it('tries an endpoint once that several name, and keeps all who say it', async () => {
    let connections = 0
    const server = createServer((socket) => {
      connections += 1
      socket.destroy()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const endpoint = `127.0.0.1:${(server.address() as AddressInfo).port}` // it listens on an address and a port
    const of = (name: string) => memoryResolver({ name, clusters: { c: [endpoint] } })
    const run = await cliRun([...argv, '--json'], { backends: { dns: () => mergeOf([of('dns'), of('bootstrap')]) } })
    server.close()
    expect(JSON.parse(run.stdout).endpoints).toMatchObject([{ reachable: true, sources: [{}, {}] }])
    expect(connections).toBe(1)
  })

  it.each([
    ['absent', 'nosuch', 6],
    ['known', 'c', 4],
  ])('changes nothing where there is nothing to try: %s', async (outcome, cluster, code) => {
    const run = await cliRun(['resolve', cluster, '--backend', 'dns', '--probe', '--json'], { backends: knowing() })
    expect(run.code).toBe(code)
    expect(JSON.parse(run.stdout)).toMatchObject({ outcome, endpoints: [], warnings: [] })
  })

  it('tries what --wait has found, and what is given by hand', async () => {
    await using server = await listening()
    for (const words of [[], ['--wait', '5'], ['--wait', '5', '--min-endpoints', '1']]) {
      const run = await cliRun([...argv, ...words], { backends: knowing(server.endpoint) })
      expect(run.stdout).toMatch(/^127\.0\.0\.1:\d+ {2}reachable {2}[\d.]+ ms\n$/)
    }
    const backends: StandIns = { bootstrap: () => memoryResolver({ clusters: { c: [server.endpoint] } }) }
    const run = await cliRun(['resolve', 'c', '-b', server.endpoint, '--probe'], { backends })
    expect(run.stdout).toContain('  reachable  ')
  })

  it('ends with the signal', async () => {
    const signal = AbortSignal.abort('SIGINT')
    expect(await cliRun(argv, { backends: knowing(await closed()), signal })).toMatchObject({ code: 130, stdout: '' })
  })
})
