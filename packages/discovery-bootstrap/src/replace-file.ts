import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { constants, type FileHandle, lstat, open, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode } from './list-fault.js'

const newFileMode = 0o644
const permissionBits = 0o7777

/**
 * Puts a file with this text in the place of `path` at once: whoever reads it finds the old one or the new one, whole, and
 * so does this host after a power cut. Mode and owner of the old one are kept.
 *
 * Errors are those of the operating system. The old file is untouched then, unless it is the directory that could not be
 * flushed to the disk.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const old = await existingFile(path)
  const temporary = join(dirname(path), `.bs.list.${randomBytes(8).toString('hex')}.tmp`)
  // Opened before anything is changed, so that a directory that cannot be flushed is not found out too late.
  await using directory = await openDirectory(dirname(path))
  const exclusively = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL
  try {
    // Nobody else may open it before it has the mode and owner that it is to have.
    await using file = await open(temporary, exclusively, 0o600)
    await file.writeFile(text)
    await takeAfter(file, old)
    await file.sync()
    await rename(temporary, path)
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
  await directory?.sync()
}

/** The file that is there; `undefined` when nothing is. Anything else there is an error. */
async function existingFile(path: string): Promise<Stats | undefined> {
  const stats = await lstat(path).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error
    return undefined
  })
  if (stats === undefined || stats.isFile()) return stats
  if (stats.isSymbolicLink()) throw obstacle('ELOOP', 'it is a symbolic link; write to what it leads to')
  if (stats.isDirectory()) throw obstacle('EISDIR', 'it is a directory')
  throw obstacle('ERR_LIST_NOT_A_FILE', 'it is not a regular file')
}

function obstacle(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

async function openDirectory(path: string): Promise<FileHandle | undefined> {
  // Windows neither opens directories nor needs to.
  return process.platform === 'win32' ? undefined : open(path, constants.O_RDONLY | constants.O_DIRECTORY)
}

async function takeAfter(file: FileHandle, old: Stats | undefined): Promise<void> {
  const { uid, gid } = await file.stat()
  // Before the mode, since a change of owner takes bits of it away.
  if (old !== undefined && (old.uid !== uid || old.gid !== gid)) await file.chown(old.uid, old.gid)
  await file.chmod(old === undefined ? newFileMode : old.mode & permissionBits)
}
