import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DiscoveryError } from '@pstorage/discovery-core'
import { type FuzzTarget, mutateText } from '@pstorage/fuzz'
import { readKeyFile } from '../../src/config/key-file.js'
import { readResolvConf } from '../../src/config/read-resolv-conf.js'
import { checkedTls } from '../../src/transport/tls/tls-options.js'
import { readTlsTrust } from '../../src/transport/tls/tls-trust.js'

const SPARSE = 1_900_000_000
const MOST_TIME = 5_000
const MOST_MEMORY = 256 * 1_024 * 1_024

/** The kinds of files, each made at a path from some text. */
const kinds: readonly ((path: string, text: Uint8Array) => unknown)[] = [
  (path, text) => writeFileSync(path, text),
  (path) => writeFileSync(path, ''),
  (path, text) => writeFileSync(path, Buffer.concat(Array.from({ length: 5_000 }, () => text))),
  (path) => {
    writeFileSync(path, '')
    truncateSync(path, SPARSE)
  },
  (path) => execFileSync('mkfifo', [path]),
  (path) => mkdirSync(path),
  (path) => symlinkSync(path, path),
  (path) => symlinkSync(`${path}.none`, path),
  (path) => symlinkSync('/dev/zero', path),
  (path) => symlinkSync('/dev/full', path),
  (path) => symlinkSync('/dev/null', path),
  async (path) => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(path, resolve))
    server.unref()
  },
  () => undefined,
]

/** The readers of files that options and the system name; true where the file is accepted. */
const readers: readonly ((path: string) => Promise<boolean>)[] = [
  (file) =>
    readKeyFile(file).then(
      () => true,
      (error: unknown) => {
        if (DiscoveryError.isInstance(error) && error.code === 'ERR_OPTION_INVALID') return false
        throw error
      },
    ),
  async (file) => {
    const settings = checkedTls({ ca: { file } })
    if (settings === undefined) throw new TypeError('TLS has no settings')
    return (await readTlsTrust(settings)).kind === 'trust'
  },
  async (path) => {
    const needs = { servers: true, domains: true }
    // As if the file were old, so that it is not waited until it rests.
    return (await readResolvConf(path, { needs, now: () => Date.now() + 1e7 })).kind === 'read'
  },
]

const texts = [
  'key "k" { algorithm hmac-sha256; secret "c2VjcmV0"; };\n',
  'search example.org\nnameserver 192.0.2.1\n',
  '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
] as const

/** A file of any kind and each reader: a value or an error with a code, in bounded time and memory. */
export const target: FuzzTarget = {
  name: 'file-kind',
  time: 1_000,
  inputs: (random) => () => {
    const text = Buffer.from(mutateText(random.pick(texts), random, ['nameserver ', 'key ', '{', ';']))
    return Buffer.concat([Buffer.from([random.below(kinds.length), random.below(readers.length)]), text])
  },
  async check(input) {
    const [kind = 0, reader = 0] = input
    const directory = mkdtempSync(join(tmpdir(), 'fuzz-file-'))
    try {
      const path = join(directory, 'file')
      await kinds[kind % kinds.length]?.(path, input.subarray(2))
      const [startedAt, memory] = [performance.now(), process.memoryUsage().rss]
      const isAccepted = await readers[reader % readers.length]?.(path)
      if (performance.now() - startedAt > MOST_TIME) throw new TypeError('it was waited for the file')
      if (process.memoryUsage().rss - memory > MOST_MEMORY) throw new TypeError('the file is in memory as a whole')
      return isAccepted === true
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  },
}
