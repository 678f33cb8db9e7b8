import { type EndpointWatchEvent, watch } from '@pstorage/discovery-core'
import { dnsResolver } from '@pstorage/discovery-dns'
import { faultyRelay, namedServer } from '@pstorage/testbed'
import { expect, it } from 'vitest'
import { runCommand } from './run-command.js'

const origin = 'pstorage.test'
const zone = (mds: string) => `
$TTL 0
@ SOA ns hostmaster 1 1H 10M 1D 0
  NS ns
ns A 127.0.0.1
pstorage_clusters TXT "my-cluster"
_pstorage._tcp.my-cluster SRV 0 1 2510 s1
s1 A ${mds}
`

it('a watch lives through the end of one BIND and the start of another, and the command says what it knows', async () => {
  const first = await namedServer({ zones: { [origin]: zone('192.0.2.1') } })
  await using relay = await faultyRelay({ target: first, seed: 1 })
  const asked = ['resolve', 'my-cluster', '--backend', 'dns', '--server', relay.server, '--domain', origin] as const
  await using resolver = dnsResolver({ servers: [relay.server], domains: [origin] })
  await using watching = watch(resolver, 'my-cluster', {
    timeout: 500,
    floor: 100,
    ceiling: 200,
    retry: 100,
    retryCeiling: 200,
  })
  const events = watching[Symbol.asyncIterator]()
  const next = async (): Promise<EndpointWatchEvent> => (await events.next()).value
  expect(await next()).toMatchObject({ type: 'snapshot', outcome: 'found' })
  expect(await runCommand(...asked)).toMatchObject({ code: 0, stdout: '192.0.2.1:2510\n' })

  await first[Symbol.asyncDispose]()
  expect(await next()).toMatchObject({ type: 'stale', endpoints: [{ address: '192.0.2.1' }] })
  expect(await runCommand(...asked, '--timeout', '1')).toMatchObject({ code: 3, stdout: '' })

  await using second = await namedServer({ zones: { [origin]: zone('192.0.2.9') } })
  relay.target = second
  const seen = [await next(), await next()]
  expect(seen.map(({ type }) => type).toSorted()).toEqual(['added', 'removed'])
  expect(await runCommand(...asked)).toMatchObject({ code: 0, stdout: '192.0.2.9:2510\n' })
})
