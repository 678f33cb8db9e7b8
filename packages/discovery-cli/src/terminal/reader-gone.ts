import { spawn } from 'node:child_process'
import { fstatSync } from 'node:fs'
import { Socket } from 'node:net'
import type { CliStream } from '../context.js'

/** GNU tail ends as soon as its output is a pipe without a reader, although it writes nothing. */
const TAIL = '/usr/bin/tail'

/**
 * Calls back when the reader of a stream has gone although nothing is written to it; returns a function that ends this.
 *
 * Node.js does not notice the end of the reader of a pipe before it writes, so a program that does is started with the same output.
 * Where there is none, the next write reports it.
 */
export function whenReaderGone(stream: CliStream & { readonly fd?: number | null }, onGone: () => void): () => void {
  const { fd } = stream
  stream.once('close', onGone)
  if (typeof fd !== 'number' || !isKind(fd, 'isFIFO')) return () => void stream.removeListener('close', onGone)
  const child = spawn(TAIL, ['-f', '/dev/null'], { stdio: ['ignore', fd, 'ignore'], env: {} })
  child.unref()
  child.on('error', () => {}).once('exit', (_, signal) => signal === 'SIGPIPE' && onGone())
  return () => {
    stream.removeListener('close', onGone)
    child.kill()
  }
}

/** Returns standard output. A socket is read too, so that it closes when its reader does. */
export function standardOutput(): CliStream {
  if (!isKind(1, 'isSocket')) return process.stdout
  const socket = new Socket({ fd: 1 })
  return socket.resume().unref()
}

function isKind(fd: number, kind: 'isFIFO' | 'isSocket'): boolean {
  try {
    // With numbers, Node.js keeps the kind, and then takes every path of a module for that of a pipe, whose links it does not follow.
    return fstatSync(fd, { bigint: true })[kind]()
  } catch {
    // It is closed.
    return false
  }
}
