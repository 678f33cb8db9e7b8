import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Mode and owner of a file that is written. */
export interface FileAccess {
  /** Permission bits, as of chmod(2). */
  readonly mode: number
  /** Default: those of this process. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined
}

/**
 * Replaces the file at `path` atomically: a reader finds the old or the new one, whole, and so does this host after a
 * power cut. The new one is a temporary file beside it until it is whole; a symbolic link at `path` is replaced itself.
 * An ACL, a SELinux context and other extended attributes are those that the directory gives to a new file.
 *
 * @throws Error of the operating system. The old file is untouched then, unless only the flush of the directory failed.
 */
export async function replaceFile(path: string, contents: string | Uint8Array, access: FileAccess): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}.tmp`)
  // Opened before anything is changed, so that a directory that cannot be flushed is known in time.
  await using directory = await openDirectory(dirname(path))
  try {
    await createFile(temporary, contents, access)
    await rename(temporary, path)
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
  await directory?.sync()
}

const EXCLUSIVELY = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL

/**
 * Creates a file and flushes it to the disk. No other user can open it before it has its final mode and owner.
 *
 * @throws Error of the operating system: `EEXIST` where there is one, also a link
 */
export async function createFile(path: string, contents: string | Uint8Array, access: FileAccess): Promise<void> {
  await using file = await open(path, EXCLUSIVELY, 0o600)
  await file.writeFile(contents)
  const { uid, gid } = await file.stat()
  const { mode, owner = { uid, gid } } = access
  // Before the mode, since a change of owner clears bits of it.
  if (owner.uid !== uid || owner.gid !== gid) await file.chown(owner.uid, owner.gid)
  await file.chmod(mode)
  await file.sync()
}

async function openDirectory(path: string): Promise<FileHandle | undefined> {
  // Windows neither opens directories nor needs to.
  return process.platform === 'win32' ? undefined : open(path, constants.O_RDONLY | constants.O_DIRECTORY)
}
