import { chmod, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { clusterNameServer } from '@pstorage/discovery-dns-server'
import { type ClustersDirectory, clustersDirectory } from '../clusters-directory.js'
import { freePort } from '../free-port.js'
import { pasteOnDisk } from '../remedy/paste.js'
import { fileSnapshot } from '../remedy/snapshot.js'
import type { BrokenPlace, BrokenSetup } from './broken-setup.js'
import { brokenDomain, goodZoneLines } from './broken-zones.js'
import { listeningMds } from './listening-mds.js'

interface ListRow extends Pick<BrokenSetup, 'id' | 'about' | 'fault' | 'level' | 'never'> {
  readonly fixedBy?: string
  /** The text of the list, where it is not the good one. */
  readonly list?: (good: string) => string
  /** Breaks it on disk. */
  readonly broken?: (directory: ClustersDirectory, good: string) => Promise<unknown>
  /** True where DNS has the cluster as well. */
  readonly inDns?: true
}

const rows: readonly ListRow[] = [
  {
    id: 'list-host-name',
    about: 'a host name stands where an address belongs',
    fault: 'bootstrap-syntax',
    fixedBy: 'in /',
    list: (good) => `mds2:2510\n${good}`,
  },
  {
    id: 'list-comment-behind',
    about: 'a comment follows an address on its line',
    fault: 'bootstrap-syntax',
    fixedBy: 'in /',
    list: (good) => good.replace('\n', ' # the first one\n'),
  },
  {
    id: 'list-look-alikes',
    about: 'an address was written with digits of another script',
    fault: 'bootstrap-syntax',
    fixedBy: 'in /',
    list: (good) => good.replace('127', '\uff11\uff12\uff17'),
  },
  {
    id: 'list-multicast',
    about: 'an address is a multicast one',
    fault: 'bootstrap-address',
    level: 'error',
    fixedBy: 'in /',
    list: (good) => `${good}224.0.0.9:2510\n`,
  },
  {
    id: 'list-misnamed',
    about: 'the list is named bs_list, which nothing reads',
    fault: 'bootstrap-misnamed-list',
    level: 'error',
    fixedBy: 'as root, run',
    broken: ({ path }) => rename(join(path, 'c1/bs.list'), join(path, 'c1/bs_list')),
  },
  {
    id: 'list-writable',
    about: 'everybody can write the list',
    fault: 'bootstrap-permissions',
    fixedBy: 'as root, run',
    broken: (directory) => chmod(directory.listPath('c1'), 0o666),
  },
  {
    id: 'list-private',
    about: 'only its owner can read the list',
    fault: 'bootstrap-permissions',
    level: 'notice',
    fixedBy: 'as root, run',
    broken: (directory) => chmod(directory.listPath('c1'), 0o600),
  },
  {
    id: 'list-two-spellings',
    about: 'two directories differ in letter case alone',
    fault: 'bootstrap-name',
    level: 'error',
    fixedBy: 'as root, run',
    broken: (directory, good) => directory.write('C1', good),
  },
  {
    id: 'list-minus',
    about: 'the directory has U+2212 in its name instead of a minus',
    fault: 'bootstrap-name',
    fixedBy: 'as root, run',
    broken: (directory, good) => directory.write('my\u2212c', good),
  },
  {
    id: 'list-utf-16',
    about: 'the list was saved as UTF-16',
    fault: 'bootstrap-list',
    level: 'error',
    fixedBy: 'as root, run',
    broken: (directory, good) => directory.write('c1', Buffer.from(`\ufeff${good}`, 'utf16le')),
  },
  {
    id: 'list-linked-elsewhere',
    about: 'the list is a link out of the clusters directory',
    fault: 'bootstrap-list',
    level: 'error',
    async broken(directory, good) {
      const path = directory.listPath('c1')
      const target = join(directory.path, '..', `${directory.path.slice(-6)}.list`)
      await rm(path)
      await writeFile(target, good)
      await symlink(target, path)
    },
  },
  {
    id: 'list-linked-to-secret',
    about: 'the list is a link to a file that only root can read',
    fault: 'bootstrap-list',
    level: 'error',
    never: /\b(?:cp|chmod|chown)\b/,
    async broken(directory, good) {
      const path = directory.listPath('c1')
      const target = join(directory.path, '..', `${directory.path.slice(-6)}.list`)
      await rm(path)
      await writeFile(target, good, { mode: 0o600 })
      await symlink(target, path)
    },
  },
  {
    id: 'list-name-with-line-end',
    about: 'beside a list there is one whose directory has the same name and a line end',
    fault: 'bootstrap-name',
    never: /\b(?:mv|rm)\b/,
    broken: (directory, good) => directory.write('c1\n', good),
  },
  {
    id: 'list-address-or-port',
    about: 'the last group of an IPv6 address may be its port',
    fault: 'bootstrap-syntax',
    list: (good) => `fe80::1:2510\n${good}`,
  },
  {
    id: 'list-stale',
    about: 'the list has another server than DNS',
    fault: 'bootstrap-stale',
    fixedBy: 'as the contents of ',
    list: (good) => good.replace('127.0.0.1', '127.0.0.2'),
    inDns: true,
  },
  {
    id: 'list-dead-server',
    about: 'a server in the list does not run any more',
    fault: 'mds-reachable',
    fixedBy: 'in /',
    list: (good) => `${good}127.0.0.1:DEAD\n`,
  },
]

/** Bootstrap lists with a fault, on disk. */
export const brokenLists: readonly BrokenSetup[] = rows.map((row) => ({
  id: row.id,
  about: row.about,
  fault: row.fault,
  ...(row.fixedBy !== undefined && { fixedBy: row.fixedBy }),
  ...(row.level !== undefined && { level: row.level }),
  ...(row.never !== undefined && { never: row.never }),
  start: () => startList(row),
}))

async function startList({ list, broken, inDns }: Pick<ListRow, 'list' | 'broken' | 'inDns'>): Promise<BrokenPlace> {
  const mds = await listeningMds()
  const good = `127.0.0.1:${mds.port}\n`
  const text = (list?.(good) ?? good).replace('DEAD', String(await freePort()))
  const directory = await clustersDirectory({ c1: text })
  await broken?.(directory, good)
  const server = inDns
    ? await clusterNameServer({ origin: brokenDomain, zone: goodZoneLines(mds.port).join('\n') })
    : undefined
  const dns = server === undefined ? [] : ['--server', `${server.address}:${server.port}`, '--domain', brokenDomain]
  const backends = server === undefined ? 'bootstrap' : 'dns,bootstrap'
  return {
    arguments: ['--backend', backends, '--clusters-dir', directory.path, ...dns],
    applyRemedy: pasteOnDisk,
    snapshot: () => fileSnapshot(directory.path),
    async [Symbol.asyncDispose]() {
      await server?.close()
      await rm(join(directory.path, '..', `${directory.path.slice(-6)}.list`), { force: true })
      await directory[Symbol.asyncDispose]()
      await mds[Symbol.asyncDispose]()
    },
  }
}
