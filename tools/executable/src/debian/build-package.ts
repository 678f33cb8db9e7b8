import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Architecture } from '../architecture.js'
import { COMMAND_FOLDER } from '../bundle-command.js'
import { commandOutput } from '../command-output.js'
import { nodeBinary } from '../node-binary.js'
import { runProgram } from '../run-program.js'
import { controlText } from './control.js'
import type { PackageFile } from './package-file.js'
import { packageFiles } from './package-files.js'

/** The contents of a Debian package, and their date. */
export interface PackageRequest {
  readonly architecture: Architecture
  /** The file that was built for that kind of processor. */
  readonly executable: string
  /** Seconds since 1970: no file in the package is newer. */
  readonly epoch: number
  /** Compression level of xz, from 0 to 9; default 6. */
  readonly level?: number
}

/** Writes a package of Debian. The same sources and the same `epoch` give the same octets. */
export const buildPackage = async (request: PackageRequest, path: string): Promise<void> => {
  const { architecture, executable, epoch, level = 6 } = request
  const version = String(JSON.parse(readFileSync(join(COMMAND_FOLDER, 'package.json'), 'utf8')).version)
  const [bash, zsh, fish] = await Promise.all(SHELLS.map((shell) => commandOutput(['completion', shell])))
  const { licensePath } = await nodeBinary(architecture)
  const files = packageFiles({
    executable: readFileSync(executable),
    nodeLicense: readFileSync(licensePath, 'utf8'),
    completions: { bash: bash ?? '', zsh: zsh ?? '', fish: fish ?? '' },
    version,
    epoch,
  })
  const place = mkdtempSync(join(tmpdir(), 'package-'))
  try {
    for (const file of files) writeBelow(place, file)
    const kibibytes = files.reduce((sum, { content }) => sum + Math.ceil(content.length / 1024), 0)
    writeText(place, 'DEBIAN/control', controlText(architecture, version, kibibytes))
    writeText(place, 'DEBIAN/md5sums', files.map(checksum).join(''))
    await runProgram('chmod', ['-R', 'go-w,a+rX', place])
    await runProgram('dpkg-deb', ['--root-owner-group', '-Zxz', `-z${level}`, '--build', place, path], {
      env: { SOURCE_DATE_EPOCH: String(epoch) },
    })
  } finally {
    rmSync(place, { recursive: true })
  }
}

const SHELLS = ['bash', 'zsh', 'fish'] as const

const writeBelow = (place: string, { path, mode, content }: PackageFile): void => {
  mkdirSync(dirname(join(place, path)), { recursive: true })
  writeFileSync(join(place, path), content, { mode })
}

const writeText = (place: string, path: string, text: string): void =>
  writeBelow(place, { path, mode: 0o644, content: Buffer.from(text) })

const checksum = ({ path, content }: PackageFile): string =>
  `${createHash('md5').update(content).digest('hex')}  ${path}\n`
