import { type Stats, statSync } from 'node:fs'
import { readlink, stat, statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { escapeText, type FileError, readRegularFile, readRegularFileSync, systemClock } from '@pstorage/discovery-core'

/** For what the file alone is asked: where it does not say it, a default holds. */
export interface ResolvConfNeeds {
  readonly servers: boolean
  readonly domains: boolean
}

/** Options of {@link readResolvConf}. */
export interface ReadResolvConfOptions {
  readonly needs: ResolvConfNeeds
  /** Ends the waiting; rejects with its reason. */
  readonly signal?: AbortSignal | undefined
  /** The file is known to be rewritten all the time, so it is not waited until it rests. */
  readonly isRestless?: boolean
  /** The time of the file system, in milliseconds since 1970; default `Date.now`. */
  readonly now?: (() => number) | undefined
}

/** Contents of a resolv.conf, or the reason why it cannot be read. */
export type ResolvConfReading =
  | {
      readonly kind: 'read'
      /** Empty where there is no file. */
      readonly text: string
      /** The target of a link that leads nowhere: the settings were to stand there. */
      readonly missingTarget: string | undefined
      /** True if it was taken although it did not rest. */
      readonly isRestless: boolean
      /** Milliseconds since it was changed. */
      readonly age: number
      /** As {@link stampOf} gives it for the same contents. */
      readonly stamp: string | undefined
    }
  | { readonly kind: 'fault'; readonly code: string; readonly message: string }

/** A file that is rewritten in place is emptied first, and filled within microseconds unless the writer is held up. */
const REST = 10
/** One that looks like a part has to have been so for longer. */
const PART_REST = 500
/** One that says nothing, or is gone, counts only once it has been so for longer than any writer takes. */
const EMPTY_REST = 5_000
/** For so long it is waited for a file that rests. */
const PATIENCE = 600
/** A file that has not rested for so long is taken as well where it is whole: it has been emptied and filled since. */
const RESTLESS = 50
/** Milliseconds between two looks, and where it does not rest anyway. */
const [PAUSE, RESTLESS_PAUSE] = [10, 1]
/** A file of more octets is not waited for in the event loop. */
const MOST_AT_ONCE = 65_536
/** A larger file is none: search lists and servers need some hundred octets. */
const MAX_OCTETS = 1_024 * 1_024
/** Writers that are held up stop at the end of a block. */
const BLOCK = 4_096

/**
 * Reads a resolv.conf(5) as it is while it is not being written: a part of it is valid, too, and means other servers and domains.
 *
 * A file that has just been changed is read again until it has rested for 10 ms; for 500 ms where it does not end with a
 * line end, or does not say what is needed of it. One that is empty, or has just been removed, is no configuration until it
 * has been so for 5 s. All of it takes some 600 ms at most; then the file is `ECHANGING`.
 */
export async function readResolvConf(path: string, options: ReadResolvConfOptions): Promise<ResolvConfReading> {
  const { needs, signal, isRestless = false, now = Date.now } = options
  // Files change in real time, whatever the clock of the resolver.
  const startedAt = systemClock.now()
  for (;;) {
    signal?.throwIfAborted()
    const look = await lookAt(path)
    if (look.kind === 'fault') return look
    const age = ageOf(look, now())
    const waited = systemClock.now() - startedAt
    if (look.isConsistent) {
      const isPart = isPartOf(look, needs)
      const rest = restOf(look, isPart)
      if (age >= rest) return settled(look, age, false)
      if (!isPart && (isRestless || waited >= RESTLESS)) return settled(look, age, true)
    }
    if (waited >= PATIENCE) return { kind: 'fault', code: 'ECHANGING', message: changing(path, look) }
    await systemClock.sleep(isRestless || waited >= RESTLESS ? RESTLESS_PAUSE : PAUSE, signal)
  }
}

/** Returns what cannot stay the same when the file is changed. A system call that takes some microseconds. */
export function stampOf(path: string): string | undefined {
  return stampOfStats(statsOf(path))
}

interface Look {
  readonly kind: 'file' | 'no file'
  readonly text: string
  readonly stats: Stats | undefined
  /** Times of its changes, in milliseconds since 1970. */
  readonly changes: readonly number[]
  /** True if it did not change while it was read. */
  readonly isConsistent: boolean
  readonly missingTarget: string | undefined
}

async function lookAt(path: string): Promise<Look | Extract<ResolvConfReading, { readonly kind: 'fault' }>> {
  const before = statsOf(path)
  try {
    // At once, as between two turns of the event loop it may be rewritten several times.
    const isSmall = before?.isFile() === true && before.size <= MOST_AT_ONCE
    const options = { maxOctets: MAX_OCTETS }
    const { bytes } = isSmall ? readRegularFileSync(path, MAX_OCTETS) : await readRegularFile(path, options)
    const stats = statsOf(path)
    const isSame = stats !== undefined && stampOfStats(before) === stampOfStats(stats)
    const isStored = stats?.isFile() !== false && (stats?.size !== 0 || bytes.length === 0 || !(await isOfKernel(path)))
    const isConsistent = !isStored || (isSame && stats.size === bytes.length)
    const changes = isStored && stats !== undefined ? [stats.mtimeMs, stats.ctimeMs] : []
    return { kind: 'file', text: bytes.toString('utf8'), stats, changes, isConsistent, missingTarget: undefined }
  } catch (error) {
    const { code, reason } = error as FileError // reading fails with nothing else
    if (code !== 'ENOENT') return { kind: 'fault', code, message: `${escapeText(path)} ${reason}` }
    const missingTarget = await readlink(path).then(
      (target) => resolve(dirname(path), target),
      () => undefined,
    )
    // Who removes a file changes its directory.
    const directory = await stat(dirname(missingTarget ?? path)).catch(() => undefined)
    const changes = directory === undefined ? [] : [directory.mtimeMs, directory.ctimeMs]
    const stats = statsOf(path)
    return { kind: 'no file', text: '', stats, changes, isConsistent: stats === undefined, missingTarget }
  }
}

/** Files of the kernel, such as /proc/net/pnp, have no size, and are made when they are read. */
async function isOfKernel(path: string): Promise<boolean> {
  return statfs(path).then(
    ({ type }) => type === PROC_SUPER_MAGIC,
    () => false,
  )
}

/** From linux/magic.h. */
const PROC_SUPER_MAGIC = 0x9fa0

function settled({ text, stats, missingTarget }: Look, age: number, isRestless: boolean): ResolvConfReading {
  return { kind: 'read', text, missingTarget, isRestless, age, stamp: stampOfStats(stats) }
}

/** Returns whether the text may be a part of what is being written. */
function isPartOf({ text }: Look, { servers, domains }: ResolvConfNeeds): boolean {
  if (!/[\r\n]$/.test(text) || Buffer.byteLength(text) % BLOCK === 0 || text.includes('\0')) return true
  const lacksServers = servers && !/^[ \t]*nameserver[ \t]+[^ \t\r\n]/m.test(text)
  return lacksServers || (domains && !/^[ \t]*(?:search|domain)[ \t]+[^ \t\r\n]/m.test(text))
}

function restOf({ text }: Look, isPart: boolean): number {
  return saysNothing(text) ? EMPTY_REST : isPart ? PART_REST : REST
}

/** Some writers begin with a comment. */
function saysNothing(text: string): boolean {
  return !/^[ \t]*[^ \t\r\n#;]/m.test(text)
}

/** Either time may be set to anything by what writes the file, and the clock may have been set since. */
function ageOf({ changes }: Look, now: number): number {
  return Math.min(...changes.map((time) => Math.abs(now - time)))
}

function changing(path: string, { kind, text }: Look): string {
  const name = escapeText(path)
  if (kind === 'no file') return `${name} is not there, and was there some seconds ago; it may be about to be replaced`
  return saysNothing(text)
    ? `${name} says nothing, and was written some seconds ago; it may be about to be filled`
    : `${name} was being rewritten each time it was read`
}

function stampOfStats(stats: Stats | undefined): string | undefined {
  if (stats === undefined) return undefined
  const { dev, ino, size, mtimeMs, ctimeMs } = stats
  return `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`
}

/** A file that cannot be looked at cannot be read either, which is then said. */
function statsOf(path: string): Stats | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false })
    // Node.js keeps the kind of what it looked at last, and follows no links to modules where that was a pipe.
    if (stats?.isFile() === false) statSync('/')
    return stats
  } catch {
    return undefined
  }
}
