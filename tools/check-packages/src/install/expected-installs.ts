/** The packages that arrive when one is installed alone, and a program that proves that it works. */
export interface ExpectedInstall {
  /** Everything in node_modules after an installation, besides the package itself. */
  readonly brings: readonly string[]
  /** An ES module that uses it, run in the folder of the installation. It keeps to this machine. */
  readonly proof: string
  /** The expected output of the proof. */
  readonly prints: string
}

const CORE = '@pstorage/discovery-core'
const MESSAGE = '@pstorage/dns-message'
const MULTICAST = ['@leichtgewicht/ip-codec', 'dns-packet', 'multicast-dns', 'thunky']

/** Prints the outcome of a resolver's answer for the cluster `my-cluster`, and every address. */
const resolveWith = (factory: string, name: string, options: string): string => `
  import { ${factory} } from '${name}'
  const resolver = ${factory}(${options})
  for await (const event of resolver.resolve('my-cluster')) {
    if (event.type === 'endpoint') console.log(event.address + ':' + event.port)
    if (event.type === 'end') console.log(event.outcome)
  }
  await resolver[Symbol.asyncDispose]()`

/** One row for each published package. */
export const EXPECTED_INSTALLS: Readonly<Record<string, ExpectedInstall>> = {
  [CORE]: {
    brings: [],
    proof: resolveWith('memoryResolver', CORE, `{ clusters: { 'my-cluster': ['192.0.2.1'] } }`),
    prints: '192.0.2.1:2510\nfound',
  },
  [MESSAGE]: {
    brings: [],
    proof: `
      import { nameFromText, nameToText, readMessage, RecordType, writeQuery } from '${MESSAGE}'
      const query = writeQuery({ id: 1, name: nameFromText('pstorage.test'), type: RecordType.SRV })
      console.log(nameToText(readMessage(query).questions[0].name))`,
    prints: 'pstorage.test',
  },
  '@pstorage/discovery-bootstrap': {
    brings: [CORE],
    proof: `
      import { mkdirSync, writeFileSync } from 'node:fs'
      mkdirSync('clusters/my-cluster', { recursive: true })
      writeFileSync('clusters/my-cluster/bs.list', '192.0.2.1\\n')
      ${resolveWith('bootstrapResolver', '@pstorage/discovery-bootstrap', `{ directories: ['clusters'] }`)}`,
    prints: '192.0.2.1:2510\nfound',
  },
  '@pstorage/discovery-dns': {
    brings: [CORE, MESSAGE],
    // No server listens on port 1, and that must not count as a denial.
    proof: resolveWith(
      'dnsResolver',
      '@pstorage/discovery-dns',
      `{ servers: ['127.0.0.1:1'], domains: ['pstorage.test'] }`,
    ),
    prints: 'undetermined',
  },
  '@pstorage/discovery-zeroconf': {
    brings: [CORE, MESSAGE, ...MULTICAST],
    proof: resolveWith('zeroconfResolver', '@pstorage/discovery-zeroconf', `{ interfaces: ['no-such-one'] }`),
    prints: 'undetermined',
  },
  '@pstorage/discovery-dns-server': {
    brings: [MESSAGE, 'dns2'],
    proof: `
      import { clusterNameServer } from '@pstorage/discovery-dns-server'
      const server = await clusterNameServer({ origin: 'pstorage.test', clusters: [] })
      console.log(server.origin)
      await server.close()`,
    prints: 'pstorage.test',
  },
  '@pstorage/discovery-cli': {
    brings: [
      '@pstorage/discovery-bootstrap',
      CORE,
      '@pstorage/discovery-dns',
      '@pstorage/discovery-zeroconf',
      MESSAGE,
      ...MULTICAST,
      'fast-string-truncated-width',
    ],
    proof: `
      import { spawnSync } from 'node:child_process'
      const command = 'node_modules/.bin/pstorage-discovery'
      const { stdout, stderr } = spawnSync(command, ['resolve', 'my-cluster', '-b192.0.2.1'], { encoding: 'utf8' })
      process.stdout.write(stdout + stderr)`,
    prints: '192.0.2.1:2510',
  },
}
