import type { BootstrapState, MulticastState } from './world.js'

/** The list that the host has where it has one. */
export const LIST_ENDPOINT = '198.51.100.3:2510'
/** A directory that is given by option and does not exist. */
export const MISSING_DIRECTORY = '/etc/pstorage/nowhere'

type Entry =
  | { readonly kind: 'directory'; readonly names: readonly string[] }
  | { readonly kind: 'file'; readonly text: string }

/** The paths that are simulated. */
const SIMULATED = /^\/(?:etc\/[pv]storage|sys\/class\/net)(?:\/|$)|^\/etc\/?$|^\/$/
const CLUSTERS = '/etc/pstorage/clusters'
const FLAGS = { lo: '0x9\n', eth0: '0x1003\n' } as const

type AnyFunction = (...given: never[]) => unknown
type Real = {
  readonly promises: Readonly<
    Record<'lstat' | 'open' | 'opendir' | 'readdir' | 'readFile' | 'realpath' | 'stat', AnyFunction>
  >
  readonly fs: { readonly readFileSync: AnyFunction; readonly watch: AnyFunction }
}

/** The directories of bootstrap lists, and the interfaces in `/sys`, as far as the resolvers look at them. */
export class SimulatedFiles {
  /** In the place of those of `node:fs/promises`. */
  readonly functions: Real['promises']
  /** Replacements for functions of `node:fs`. A watch never reports anything: changes are found by reading again. */
  readonly syncFunctions: Real['fs']
  #entries: ReadonlyMap<string, Entry> = new Map()
  #bootstrap: BootstrapState = 'not configured'

  constructor({ promises, fs }: Real) {
    const instead = (real: AnyFunction, simulated: (path: string, ...given: never[]) => unknown): AnyFunction =>
      (async (path: unknown, ...given: never[]) =>
        typeof path === 'string' && SIMULATED.test(path)
          ? simulated(normal(path), ...given)
          : real(...([path, ...given] as never[]))) as AnyFunction
    this.functions = {
      realpath: instead(promises.realpath, (path) => {
        this.#entry(path)
        return path
      }),
      stat: instead(promises.stat, (path, options?: { bigint?: boolean }) => statsOf(this.#entry(path), options)),
      lstat: instead(promises.lstat, (path, options?: { bigint?: boolean }) => statsOf(this.#entry(path), options)),
      readdir: instead(promises.readdir, (path) => this.#names(path)),
      readFile: instead(promises.readFile, (path) => this.#text(path)),
      open: instead(promises.open, (path) => handleOf(this.#text(path))),
      opendir: instead(promises.opendir, (path) => this.#dirents(path)),
    }
    const watch = (path: unknown, ...given: never[]) => {
      if (typeof path !== 'string' || !SIMULATED.test(path)) return fs.watch(...([path, ...given] as never[]))
      this.#entry(normal(path))
      return quietWatcher()
    }
    const readFileSync = (path: unknown, ...given: never[]) =>
      path === '/proc/net/igmp' ? '' : fs.readFileSync(...([path, ...given] as never[]))
    this.syncFunctions = { watch: watch as AnyFunction, readFileSync: readFileSync as AnyFunction }
  }

  become(bootstrap: BootstrapState, multicast: MulticastState): void {
    this.#bootstrap = bootstrap
    const key = `${bootstrap} ${multicast === 'cannot'}`
    const known = trees.get(key) ?? new Map(Object.entries(treeOf(bootstrap, multicast)))
    trees.set(key, known)
    this.#entries = known
  }

  #entry(path: string): Entry {
    if (this.#bootstrap === 'unreadable' && path.startsWith(`${CLUSTERS}/`)) throw systemError('EACCES', path)
    const entry = this.#entries.get(path)
    if (entry === undefined) throw systemError('ENOENT', path)
    return entry
  }

  #names(path: string): readonly string[] {
    if (this.#bootstrap === 'unreadable' && path === CLUSTERS) throw systemError('EACCES', path)
    const entry = this.#entry(path)
    if (entry.kind === 'file') throw systemError('ENOTDIR', path)
    return entry.names
  }

  #text(path: string): string {
    const entry = this.#entry(path)
    if (entry.kind === 'directory') throw systemError('EISDIR', path)
    return entry.text
  }

  async *#dirents(path: string) {
    for (const name of this.#names(path)) {
      const { kind } = this.#entry(`${path}/${name}`)
      yield { name, ...kindsOf(kind) }
    }
  }
}

const trees = new Map<string, ReadonlyMap<string, Entry>>()

function treeOf(bootstrap: BootstrapState, multicast: MulticastState): Record<string, Entry> {
  const directory = (...names: string[]): Entry => ({ kind: 'directory', names })
  const file = (text: string): Entry => ({ kind: 'file', text })
  const interfaces = multicast === 'cannot' ? (['lo'] as const) : (['lo', 'eth0'] as const)
  const tree: Record<string, Entry> = {
    '/': directory('etc'),
    '/etc': directory(),
    '/sys/class/net': directory(...interfaces),
  }
  for (const [index, name] of interfaces.entries()) {
    tree[`/sys/class/net/${name}/flags`] = file(FLAGS[name])
    tree[`/sys/class/net/${name}/ifindex`] = file(`${index + 1}\n`)
  }
  if (bootstrap === 'not configured') return tree
  tree['/etc/pstorage'] = directory('clusters')
  const clusters = bootstrap === 'has it' ? ['main', 'other'] : bootstrap === 'missing' ? [] : ['other']
  if (bootstrap !== 'missing') tree[CLUSTERS] = directory(...clusters)
  for (const name of clusters) {
    tree[`${CLUSTERS}/${name}`] = directory('bs.list')
    tree[`${CLUSTERS}/${name}/bs.list`] = file(name === 'main' ? `${LIST_ENDPOINT}\n` : '198.51.100.9:2510\n')
  }
  return tree
}

function normal(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code, path, syscall: 'stat' })
}

function kindsOf(kind: Entry['kind']) {
  return { isFile: () => kind === 'file', isDirectory: () => kind === 'directory', isSymbolicLink: () => false }
}

/** Old enough not to be in the middle of a change. */
function statsOf(entry: Entry, { bigint = false }: { bigint?: boolean } = {}) {
  const size = entry.kind === 'file' ? entry.text.length : 4_096
  const kinds = kindsOf(entry.kind)
  if (!bigint) return { ...NUMBERS, ...kinds, size }
  return { ...BIG_NUMBERS, ...kinds, size: BigInt(size) }
}

const NUMBERS = { mode: 0o644, uid: 0, gid: 0, ino: 1, dev: 1, nlink: 1, mtimeMs: 0, ctimeMs: 0 }
const BIG_NUMBERS = {
  mode: 0o644n,
  uid: 0n,
  gid: 0n,
  ino: 1n,
  dev: 1n,
  nlink: 1n,
  mtimeMs: 0n,
  mtimeNs: 0n,
  ctimeMs: 0n,
  ctimeNs: 0n,
}

function handleOf(text: string) {
  const bytes = Buffer.from(text)
  return {
    stat: async (options?: { bigint?: boolean }) => statsOf({ kind: 'file', text }, options),
    async read(buffer: Uint8Array, offset: number, length: number, position: number) {
      const part = bytes.subarray(position, position + length)
      buffer.set(part, offset)
      return { bytesRead: part.length, buffer }
    },
    readFile: async () => bytes,
    close: async () => {},
  }
}

function quietWatcher() {
  const watcher = { on: () => watcher, once: () => watcher, close: () => {}, ref: () => watcher, unref: () => watcher }
  return watcher
}
