import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { COMMAND_FOLDER } from '../bundle-command.js'
import { compressedFile, type PackageFile, textFile } from './package-file.js'

/** Files of a package that the repository does not have. */
export interface PackageParts {
  readonly executable: Buffer
  readonly nodeLicense: string
  /** The script that completes the command in each shell. */
  readonly completions: Readonly<Record<'bash' | 'zsh' | 'fish', string>>
  /** Version, and when it was made in seconds since 1970. */
  readonly version: string
  readonly epoch: number
}

/** Everything that the package installs. */
export const packageFiles = (parts: PackageParts): readonly PackageFile[] => [
  { path: 'usr/bin/pstorage-discovery', mode: 0o755, content: parts.executable },
  textFile('usr/share/bash-completion/completions/pstorage-discovery', parts.completions.bash),
  textFile('usr/share/zsh/vendor-completions/_pstorage-discovery', parts.completions.zsh),
  textFile('usr/share/fish/vendor_completions.d/pstorage-discovery.fish', parts.completions.fish),
  ...filesIn('man').map(([name, text]) => compressedFile(`usr/share/man/man${name.at(-1)}/${name}`, text)),
  ...filesIn('systemd').map(([name, text]) => textFile(`usr/lib/systemd/system/${name}`, text)),
  ...documents(parts),
]

const documents = ({ nodeLicense, version, epoch }: PackageParts): readonly PackageFile[] => [
  textFile(`${DOCUMENTS}/copyright`, copyrightText()),
  compressedFile(`${DOCUMENTS}/NODE-LICENSE`, nodeLicense),
  compressedFile(`${DOCUMENTS}/changelog`, changelogText(version, epoch)),
  textFile(
    'usr/share/lintian/overrides/pstorage-discovery',
    '# Node.js is in it as it is published, with its own zlib.\n' +
      'pstorage-discovery: hardening-no-pie [usr/bin/pstorage-discovery]\n' +
      'pstorage-discovery: embedded-library zlib [usr/bin/pstorage-discovery]\n',
  ),
]

const DOCUMENTS = 'usr/share/doc/pstorage-discovery'

const filesIn = (folder: string): readonly (readonly [name: string, text: string])[] =>
  readdirSync(join(COMMAND_FOLDER, folder))
    .toSorted()
    .map((name) => [name, readFileSync(join(COMMAND_FOLDER, folder, name), 'utf8')])

const copyrightText = (): string => `The command pstorage-discovery:

${readFileSync(join(COMMAND_FOLDER, 'LICENSE'), 'utf8').trim()}

The executable has Node.js in it, whose license and those of its parts are in
NODE-LICENSE.gz beside this file.
`

const changelogText = (
  version: string,
  epoch: number,
): string => `pstorage-discovery (${version}) stable; urgency=medium

  * See the change log of the package @pstorage/discovery-cli.

 -- pstorage-discovery maintainers <maintainers@pstorage-discovery.invalid>  ${date(epoch)}
`

/** As RFC 5322 writes it. */
const date = (epoch: number): string => new Date(epoch * 1000).toUTCString().replace('GMT', '+0000')
