import { finding, remedy } from '@pstorage/discovery-core/checks'
import { describe, expect, it } from 'vitest'
import type { CheckLoaders } from '../src/context.js'
import { checkNetwork } from '../src/doctor/network.js'
import { cliRun } from './cli-run.js'
import { worldOf } from './stand-ins.js'

const check = { id: 'dns-thing', checks: 'it works', levels: ['ok', 'warning'] } as const
const checksOf = (text: string): CheckLoaders => {
  const checks = async () =>
    (async function* () {
      const remedies = [remedy({ kind: 'zone', place: 'example.org', text })]
      yield finding(check, 'warning', { subject: 'it', seen: 'was seen', remedies })
    })()
  const none = async () => (async function* () {})()
  return { dns: checks, bootstrap: none, zeroconf: none }
}
const doctor = (argv: readonly string[], text = 'x') =>
  cliRun(['doctor', '--backend', 'bootstrap,dns', ...argv], {
    backends: worldOf({ 'my-cluster': [] }),
    checks: checksOf(text),
  })

describe('remedies of doctor', () => {
  it('are never cut', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `cluster-${index}`)
    const line = `pstorage_clusters 60 IN TXT "${names.join('" "')}" \u{1f4a5}`
    const { stdout } = await doctor([], line)
    expect(stdout.split('\n').map((each) => each.trim())).toContain(line)
  })

  it('create nothing for a name that is like another one', async () => {
    const { stdout, code } = await doctor(['my-clutser', '--json'])
    const { findings } = JSON.parse(stdout)
    const about = findings.find((each: { check: string }) => each.check === 'cluster-found')
    expect(about).toMatchObject({ meaning: 'did you mean my-cluster?', remedies: [] })
    expect(code).toBe(5)
  })

  it('create nothing for a name that no source knows', async () => {
    const { stdout } = await doctor(['something-else', '--json'])
    const about = JSON.parse(stdout).findings.find((each: { check: string }) => each.check === 'cluster-found')
    expect(about).toMatchObject({ meaning: 'nothing can connect to it', remedies: [] })
  })

  it.each([
    { id: 'one is down', down: ['eth0'], texts: ['ip link set dev eth0 up'] },
    { id: 'its name is odd', down: ['a;b'], texts: ["ip link set dev 'a;b' up"] },
    { id: 'two are down', down: ['a', 'b'], texts: ['ip link set dev a up', 'ip link set dev b up'] },
    { id: 'none is down', down: [], texts: ['ip address'] },
  ])('start the interfaces that are down: $id', ({ down, texts }) => {
    const facts = { interfaces: [], down, hasLoopback: true, hasDefaultRoute: false }
    const [found] = checkNetwork(facts)
    expect(found?.remedies.map(({ text }) => text)).toEqual(texts)
    const [route] = checkNetwork({ ...facts, interfaces: [{ name: 'eth9', address: '192.0.2.9' }] })
    expect(route?.remedies.map(({ text }) => text)).toEqual(down.length > 0 ? texts : ['ip route'])
  })
})
