import { discoverClusters, formatEndpoint, resolveCluster } from '@pstorage/discovery-core'
import { avahiHost } from '@pstorage/testbed'
import { expect, it } from 'vitest'
import { zeroconfResolver } from '../src/index.js'

/** A service file as the README has it. */
function serviceFile(name: string, port: number, details = ''): string {
  return `<?xml version="1.0" standalone="no"?>
<!DOCTYPE service-group SYSTEM "avahi-service.dtd">
<service-group>
  <name>${name}</name>
  <service>
    <type>_pstorage._tcp</type>${details}
    <port>${port}</port>
  </service>
</service-group>
`
}

function memberFile(name: string, host: string, port: number): string {
  const file = serviceFile(name, port, `\n    <host-name>${host}</host-name>`)
  return file.replace('  </service>', '    <txt-record>cluster=my-cluster</txt-record>\n  </service>')
}

it('finds two MDS of one cluster and one of another that Avahi publishes', async () => {
  await using avahi = await avahiHost({
    services: {
      'mds1.service': memberFile('mds1 of my-cluster', 'mds1.local', 2510),
      'mds2.service': memberFile('mds2. Größe', 'mds2.local', 2511),
      'plain.service': serviceFile('my-second-cluster', 2510),
    },
    hosts: { 'mds1.local': '198.51.100.21', 'mds2.local': '198.51.100.22' },
  })
  const resolver = zeroconfResolver({ interfaces: [avahi.interface] })

  const [names, members, plain, missing] = await Promise.all([
    discoverClusters(resolver),
    resolveCluster(resolver, 'My-Cluster'),
    resolveCluster(resolver, 'my-second-cluster'),
    resolveCluster(resolver, 'nosuch'),
  ])
  expect(names).toMatchObject({ outcome: 'found', warnings: [], attempts: [{ status: 'found', count: 2 }] })
  expect(names.clusters.map(({ name }) => name)).toEqual(['my-cluster', 'my-second-cluster'])
  expect(names.clusters[0]?.sources.map(({ origin }) => origin).toSorted()).toEqual([
    `mds1 of my-cluster on ${avahi.interface} from ${avahi.address}`,
    `mds2. Größe on ${avahi.interface} from ${avahi.address}`,
  ])

  expect(members).toMatchObject({ outcome: 'found', warnings: [] })
  expect(members.endpoints.map(formatEndpoint).toSorted()).toEqual(['198.51.100.21:2510', '198.51.100.22:2511'])
  for (const { host, ttl } of members.endpoints) {
    expect(host).toMatch(/^mds[12]\.local$/)
    expect(ttl).toBe(120)
  }

  expect(plain.endpoints.map(formatEndpoint)).toContain(`${avahi.address}:2510`)

  expect(missing).toMatchObject({
    outcome: 'undetermined',
    endpoints: [],
    attempts: [{ status: 'silent', error: null }],
  })
})
