import { gzipSync } from 'node:zlib'

/** One file that a package of Debian installs. */
export interface PackageFile {
  /** From the root of the file system, without a `/` before it. */
  readonly path: string
  /** Permissions. */
  readonly mode: 0o644 | 0o755
  readonly content: Buffer
}

/** A text that everybody may read. */
export const textFile = (path: string, text: string): PackageFile => ({
  path,
  mode: 0o644,
  content: Buffer.from(text),
})

/** The same, compressed as `gzip -9n` does: with neither a name nor a time in it. */
export const compressedFile = (path: string, text: string): PackageFile => ({
  path: `${path}.gz`,
  mode: 0o644,
  content: gzipSync(text, { level: 9 }),
})
