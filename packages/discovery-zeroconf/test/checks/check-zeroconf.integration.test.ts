import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { parseClusterName } from '@pstorage/discovery-core'
import type { Finding } from '@pstorage/discovery-core/checks'
import { freePort, type MulticastService, multicastHost } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { type CheckZeroconfOptions, checkZeroconf, zeroconfChecks } from '../../src/checks/index.js'

const good: MulticastService = { instance: 'c1', host: 'mds1.local', addresses: ['192.0.2.1'], port: 2510 }

const all = async (options: CheckZeroconfOptions): Promise<readonly Finding[]> => {
  const found: Finding[] = []
  for await (const each of checkZeroconf(options)) found.push(each)
  return found
}

const faults = (findings: readonly Finding[]): readonly string[] =>
  findings.filter(({ level }) => level !== 'ok').map(({ check, level }) => `${check} ${level}`)

// Each has a port of its own, and they wait for the most part.
describe.concurrent('the checks of multicast DNS', () => {
  it('find nothing where nothing is amiss', async () => {
    await using host = await multicastHost({ services: [good] })
    const findings = await all({ interfaces: ['lo'], port: host.port })
    expect(faults(findings)).toEqual([])
    expect(findings.map(({ check }) => check)).toEqual([
      'zeroconf-interface',
      'zeroconf-port',
      'zeroconf-loopback',
      'zeroconf-answers',
      'zeroconf-clusters',
      'zeroconf-instance',
    ])
  })

  it.each([
    { id: 'port 0', service: { ...good, port: 0 }, expected: ['zeroconf-instance error'] },
    { id: 'no address', service: { ...good, addresses: [] }, expected: ['zeroconf-instance error'] },
    { id: 'multicast', service: { ...good, addresses: ['224.0.0.9'] }, expected: ['zeroconf-instance error'] },
    { id: 'no name', service: { ...good, instance: 'my cluster' }, expected: ['zeroconf-instance warning'] },
  ])('say what is wrong with an instance: $id', async ({ service, expected }) => {
    await using host = await multicastHost({ services: [service] })
    const findings = await all({ interfaces: ['lo'], port: host.port })
    const about = faults(findings).filter((fault) => !/answers|clusters/.test(fault))
    expect([...new Set(about)]).toEqual(expected)
  })

  it('report that no host announces a cluster, and how to', async () => {
    const findings = await all({ interfaces: ['lo'], port: await freePort(), timeout: 1_500 })
    expect(faults(findings)).toEqual(['zeroconf-answers notice', 'zeroconf-clusters notice'])
    const [file] = findings.find(({ check }) => check === 'zeroconf-clusters')?.remedies ?? []
    expect(file).toMatchObject({ kind: 'file', place: '/etc/avahi/services/pstorage.service' })
    // Avahi refuses it until the name is filled in.
    expect(file?.text).toContain('<name><CLUSTER></name>')
  })

  it('create nothing for a name that may be misspelt', async () => {
    const cluster = parseClusterName('my-clutser')
    const findings = await all({ interfaces: ['lo'], port: await freePort(), cluster, timeout: 1_500 })
    expect(findings.find(({ check }) => check === 'zeroconf-clusters')).toMatchObject({ level: 'notice', remedies: [] })
  })

  it('say that an interface is not there', async () => {
    const findings = await all({ interfaces: ['nowhere0'] })
    expect(faults(findings)).toEqual(['zeroconf-interface error'])
  })

  it.runIf(process.platform === 'linux')('name the program that holds the port exclusively', async () => {
    const port = await freePort()
    const code = `require('dgram').createSocket('udp4').bind(${port}, () => console.log('bound'))`
    const keeper = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      await once(keeper.stdout, 'data')
      const findings = await all({ interfaces: ['lo'], port, timeout: 1_500 })
      const about = findings.find(({ check }) => check === 'zeroconf-port')
      expect(about).toMatchObject({
        level: 'warning',
        remedies: [{ text: `ps -f -p ${keeper.pid}` }, { kind: 'command', text: `kill ${keeper.pid}` }],
      })
      expect(about?.seen).toContain(`(process ${keeper.pid})`)
      expect(findings.find(({ check }) => check === 'zeroconf-loopback')?.checked).toBe(false)
    } finally {
      keeper.kill()
      await once(keeper, 'exit')
    }
  })

  it('end on an abort', async () => {
    await expect(all({ interfaces: ['lo'], signal: AbortSignal.abort('enough') })).rejects.toBe('enough')
  })

  it('are all described, each once', () => {
    const ids = zeroconfChecks.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
