import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type ClusterNameServerOptions, clusterNameServer } from '@pstorage/discovery-dns-server'
import { freePort } from '../free-port.js'
import { type HostileServerOptions, hostileServer } from '../hostile-server.js'
import { keyFile } from '../key-file.js'
import { multicastHost } from '../multicast-host.js'
import { pasteOnDisk } from '../remedy/paste.js'
import { fileSnapshot } from '../remedy/snapshot.js'
import { reply } from '../reply.js'
import type { BrokenPlace, BrokenSetup } from './broken-setup.js'
import { brokenDomain, goodZoneLines } from './broken-zones.js'
import { listeningMds } from './listening-mds.js'
import { nothingToPaste, Pile, placeOf } from './pile.js'

async function goodServer(
  pile: Pile,
  options: Pick<ClusterNameServerOptions, 'keys' | 'allowTransfer' | 'now'> = {},
  serial = 1,
): Promise<string> {
  const mds = pile.add(await listeningMds())
  const zone = goodZoneLines(mds.port).join('\n').replace('host.pstorage.test. 1 ', `host.pstorage.test. ${serial} `)
  const server = pile.add(await clusterNameServer({ ...options, origin: brokenDomain, zone }))
  return `${server.address}:${server.port}`
}

const optionsFor = (...servers: readonly string[]): readonly string[] => [
  ...['--backend', 'dns', '--domain', brokenDomain, '--timeout', '1'],
  ...servers.flatMap((server) => ['--server', server]),
]

/** A server of raw sockets alone, or with a good one beside it. */
async function startHostile(script: HostileServerOptions, beside: boolean): Promise<BrokenPlace> {
  const pile = new Pile()
  const { server } = pile.add(await hostileServer(script))
  const others = beside ? [await goodServer(pile)] : []
  return placeOf(pile, { arguments: optionsFor(server, ...others), applyRemedy: nothingToPaste })
}

async function startResolvConf(text: string, withServer: boolean): Promise<BrokenPlace> {
  const pile = new Pile()
  const folder = await mkdtemp(join(tmpdir(), 'pstorage-resolv-'))
  pile.defer(() => rm(folder, { recursive: true }))
  const resolvConf = join(folder, 'resolv.conf')
  await writeFile(resolvConf, text)
  const given = withServer ? ['--server', await goodServer(pile)] : ['--domain', brokenDomain]
  const args = ['--backend', 'dns', '--timeout', '1', ...given]
  return placeOf(pile, {
    arguments: args,
    resolvConf,
    applyRemedy: pasteOnDisk,
    snapshot: () => fileSnapshot(folder),
  })
}

const key = { name: 'transfer-key', algorithm: 'hmac-sha256', secret: 'c2VjcmV0IG9mIHRoZSB0ZXN0IGFsb25l' } as const

interface SignedServer {
  readonly theirs?: { readonly name?: string; readonly secret?: string }
  /** Milliseconds that their clock is behind. */
  readonly late?: number
  readonly mode?: number
}

async function startSigned({ theirs = {}, late = 0, mode = 0o600 }: SignedServer): Promise<BrokenPlace> {
  const pile = new Pile()
  const known = { ...key, ...theirs }
  const server = await goodServer(pile, {
    keys: [known],
    allowTransfer: [{ key: known.name }],
    now: () => Date.now() - late,
  })
  const { file } = pile.add(await keyFile(key))
  await chmod(file, mode)
  return placeOf(pile, {
    arguments: [...optionsFor(server), '--tsig-key', file],
    applyRemedy: pasteOnDisk,
    snapshot: () => fileSnapshot(dirname(file)),
  })
}

/** Another program has the port of multicast DNS, and does not share it. */
async function startKeptPort(): Promise<BrokenPlace> {
  const pile = new Pile()
  const port = await freePort()
  const code = `require('dgram').createSocket('udp4').bind(${port}, () => console.log('bound'))`
  const keeper = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(keeper, 'exit')
  pile.defer(async () => {
    keeper.kill()
    await ended
  })
  await once(keeper.stdout, 'data')
  const applyRemedy: BrokenPlace['applyRemedy'] = async (remedy, shell) => {
    await pasteOnDisk(remedy, shell)
    await ended
  }
  return placeOf(pile, {
    arguments: ['--backend', 'zeroconf', '--interface', 'lo'],
    multicastPort: port,
    applyRemedy,
  })
}

async function startBadInstance(): Promise<BrokenPlace> {
  const pile = new Pile()
  const service = { instance: 'c1', host: 'mds1.local', addresses: ['127.0.0.1'], port: 0 }
  const { port } = pile.add(await multicastHost({ services: [service] }))
  const args = ['--backend', 'zeroconf', '--interface', 'lo']
  return placeOf(pile, { arguments: args, multicastPort: port, applyRemedy: nothingToPaste })
}

/** Name servers, keys, resolv.conf and multicast with a fault, on loopback. */
export const brokenServers: readonly BrokenSetup[] = [
  {
    id: 'server-silent',
    about: 'the name server does not answer',
    fault: 'dns-server-answers',
    level: 'error',
    start: () => startHostile({}, false),
  },
  {
    id: 'server-closed',
    about: 'there is no name server at the address',
    fault: 'dns-server-answers',
    level: 'error',
    start: () => startHostile({ udp: 'closed', tcp: 'closed' }, false),
  },
  {
    id: 'server-silent-beside-good',
    about: 'one of two name servers does not answer',
    fault: 'dns-server-answers',
    start: () => startHostile({}, true),
  },
  {
    id: 'server-refuses',
    about: 'the name server refuses to answer us',
    fault: 'dns-server-zone',
    level: 'error',
    start: () => startHostile({ udp: (query) => reply(query, { rcode: 'REFUSED' }), tcp: 'closed' }, false),
  },
  {
    id: 'server-lame',
    about: 'one of two name servers knows nothing of the zone',
    fault: 'dns-server-zone',
    start: () =>
      startHostile({ udp: (query) => reply(query, { authoritative: false, recursionAvailable: false }) }, true),
  },
  {
    id: 'server-without-tcp',
    about: 'TCP is closed at one of two name servers',
    fault: 'dns-server-tcp',
    start: () => startHostile({ udp: (query) => reply(query, { rcode: 'NXDOMAIN' }), tcp: 'closed' }, true),
  },
  {
    id: 'server-no-domain',
    about: 'the name server says that there is no such domain',
    fault: 'dns-domain',
    level: 'error',
    start: () => startHostile({ udp: (query) => reply(query, { rcode: 'NXDOMAIN' }) }, false),
  },
  {
    id: 'server-old-zone',
    about: 'one of two name servers has an old version of the zone',
    fault: 'dns-server-serial',
    async start() {
      const pile = new Pile()
      const servers = [await goodServer(pile), await goodServer(pile, {}, 2)]
      return placeOf(pile, { arguments: optionsFor(...servers), applyRemedy: nothingToPaste })
    },
  },
  {
    id: 'transfer-refused',
    about: 'the zone is to be transferred, and the name server refuses',
    fault: 'dns-transfer',
    level: 'error',
    async start() {
      const pile = new Pile()
      const server = await goodServer(pile, { allowTransfer: 'none' })
      return placeOf(pile, { arguments: [...optionsFor(server), '--axfr', 'always'], applyRemedy: nothingToPaste })
    },
  },
  {
    id: 'key-wrong-secret',
    about: 'the name server has another secret for the key',
    fault: 'dns-tsig-key',
    level: 'error',
    never: /include|key "/,
    start: () => startSigned({ theirs: { secret: 'YW5vdGhlciBzZWNyZXQgYWx0b2dldGhlcg==' } }),
  },
  {
    id: 'key-unknown',
    about: 'the name server does not know the key',
    fault: 'dns-tsig-key',
    level: 'error',
    start: () => startSigned({ theirs: { name: 'other-key' } }),
  },
  {
    id: 'key-clock',
    about: 'the clock of the name server is an hour late',
    fault: 'dns-tsig-clock',
    level: 'error',
    never: /makestep|set-time|date -s/,
    start: () => startSigned({ late: 3_600_000 }),
  },
  {
    id: 'key-readable',
    about: 'everybody can read the file with the key',
    fault: 'dns-tsig-key',
    fixedBy: 'as root, run',
    start: () => startSigned({ mode: 0o644 }),
  },
  {
    id: 'resolv-conf-host-name',
    about: 'a nameserver line has a host name',
    fault: 'dns-resolv-conf',
    fixedBy: 'in /',
    start: () => startResolvConf('nameserver ns1.pstorage.test\nnameserver 127.98.7.6\n', false),
  },
  {
    id: 'resolv-conf-keyword',
    about: 'the keyword of a name server is in the plural',
    fault: 'dns-resolv-conf',
    fixedBy: 'in /',
    reveals: ['dns-server-answers', 'dns-server-tcp'],
    start: () => startResolvConf('nameservers 127.98.7.6\n', false),
  },
  {
    id: 'resolv-conf-equals',
    about: 'an equals sign stands behind the keyword of the search list',
    fault: 'dns-search-list',
    level: 'error',
    fixedBy: 'in /',
    reveals: ['dns-host-usable'],
    start: () => startResolvConf('search=pstorage.test\n', true),
  },
  {
    id: 'resolv-conf-port',
    about: 'a name server has a port',
    fault: 'dns-resolv-conf',
    fixedBy: 'in /',
    reveals: ['dns-server-answers', 'dns-server-tcp'],
    start: () => startResolvConf('nameserver 127.98.7.6:53\n', false),
  },
  {
    id: 'resolv-conf-backquotes',
    about: 'a search domain has a command for a shell in it',
    fault: 'dns-search-list',
    fixedBy: 'in /',
    never: /touch(?!,pwned\}`)/,
    start: () => startResolvConf('search a`{touch,pwned}`.test pstorage.test\n', true),
  },
  {
    id: 'resolv-conf-four-servers',
    about: 'there are more name servers than are used',
    fault: 'dns-resolv-conf',
    level: 'notice',
    fixedBy: 'in /',
    start: () => startResolvConf([6, 7, 8, 9].map((host) => `nameserver 127.98.7.${host}\n`).join(''), false),
  },
  {
    id: 'resolv-conf-search',
    about: 'a search domain is no name',
    fault: 'dns-search-list',
    fixedBy: 'in /',
    start: () => startResolvConf('search pstorage..test pstorage.test\n', true),
  },
  {
    id: 'resolv-conf-no-search',
    about: 'there is no search domain',
    fault: 'dns-search-list',
    level: 'error',
    start: () => startResolvConf('search .\n', true),
  },
  {
    id: 'multicast-port-kept',
    about: 'another program keeps the port of multicast DNS to itself',
    fault: 'zeroconf-port',
    fixedBy: 'as root, run',
    start: startKeptPort,
  },
  {
    id: 'multicast-port-0',
    about: 'a host tells about a server with the port 0',
    fault: 'zeroconf-instance',
    level: 'error',
    start: startBadInstance,
  },
]
