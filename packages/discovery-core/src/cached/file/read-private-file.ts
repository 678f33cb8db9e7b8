import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/**
 * Reads a small file that only its owner may have written; `undefined` where there is none.
 *
 * @throws Error that says why it is not read: it is no regular file, too large, open to others, or cannot be read.
 */
export async function readPrivateFile(path: string, maxBytes: number): Promise<string | undefined> {
  // A FIFO without a writer would block whoever opens it.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (file === undefined) return undefined
  try {
    const stats = await file.stat()
    const { size, mode, uid } = stats
    if (!stats.isFile()) throw new Error('it is no regular file')
    if (size > maxBytes) throw new Error(`it has ${size} bytes, and ${maxBytes} are allowed`)
    const others = process.platform !== 'win32' && ((mode & 0o022) !== 0 || !isOurs(uid))
    if (others) throw new Error('others can write it')
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.readFile())
  } finally {
    await file.close()
  }
}

/** Root may have written what we read. */
function isOurs(uid: number): boolean {
  return uid === 0 || uid === process.geteuid?.()
}
