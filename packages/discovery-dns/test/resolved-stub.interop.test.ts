import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ResolveReport } from '@pstorage/discovery-core'
import { manPageDomain, manPageZone, networkNamespaces, resolvedOn } from '@pstorage/testbed'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildPackage } from './built-package.js'

const program = fileURLToPath(new URL('ask-stub.mjs', import.meta.url))

// What runs on a host of its own runs as it is built.
beforeAll(async () => {
  await buildPackage()
})

describe('the stub of systemd-resolved in front of BIND', () => {
  it('passes the proof of denials on', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'pstorage-stub-'))
    await using network = await networkNamespaces({ host: [{ link: 'lan' }] })
    const { host } = network.hosts
    await writeFile(join(directory, 'zone'), manPageZone)
    const files = `pid-file "${directory}/pid"; session-keyfile "${directory}/key"; lock-file none;`
    const config = `options { directory "${directory}"; ${files} listen-on { 127.0.0.1; }; listen-on-v6 { none; };
      recursion no; dnssec-validation no; };
      controls { };
      zone "${manPageDomain}" { type primary; file "zone"; };`
    await writeFile(join(directory, 'named.conf'), config)
    try {
      const named = host.start('named', '-g', '-n', '1', '-c', join(directory, 'named.conf'))
      await named.lines.when(1, (line) => / running$/.test(line))
      await resolvedOn(host, [], '127.0.0.1')
      const output = await host.run('node', program, manPageDomain, 'nosuch', 'my-cluster', 'cluster1')
      const reports: readonly ResolveReport[] = JSON.parse(output)
      expect(reports.map(({ outcome }) => outcome)).toEqual(['absent', 'found', 'known'])
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })
})
