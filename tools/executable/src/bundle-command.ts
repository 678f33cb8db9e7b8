import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { type Plugin, rolldown } from 'rolldown'

const require = createRequire(import.meta.url)

/** The folder of the package of the command. */
export const COMMAND_FOLDER: string = dirname(require.resolve('@pstorage/discovery-cli/package.json'))

/** The command and all that it depends on, as the text of one CommonJS module, since an executable can hold no other. */
export const bundleCommand = async (): Promise<string> => {
  const bundle = await rolldown({
    // What it writes between the modules are their paths from here.
    cwd: COMMAND_FOLDER,
    input: 'src/main.ts',
    platform: 'node',
    resolve: { conditionNames: ['@pstorage/source', 'node', 'import', 'default'] },
    plugins: [filesOfTheirOwn],
  })
  const { output } = await bundle.generate({ format: 'cjs', codeSplitting: false })
  await bundle.close()
  const [{ code }, ...others] = output
  if (others.length > 0) throw new Error('the command does not fit into one module')
  return code
}

/** Puts the files that the command reads beside itself into it: an executable has no files beside it. */
const filesOfTheirOwn: Plugin = {
  name: 'files-of-their-own',
  load: (id) => (id === READER ? readerOf(['package.json', 'schema/v1.json']) : null),
  transform: (code, id) => {
    if (!code.includes('import.meta.')) return null
    throw new Error(`${relative(COMMAND_FOLDER, id)} looks for something beside it, which an executable has not`)
  },
}

/** The only module that reads such files. */
const READER = join(COMMAND_FOLDER, 'src', 'help', 'package-file.ts')

const readerOf = (paths: readonly string[]): string => {
  const files = paths.map((path) => [path, readFileSync(join(COMMAND_FOLDER, path), 'utf8')])
  return `const files = new Map(${JSON.stringify(files)})
    export async function packageFile(path) {
      if (files.has(path)) return files.get(path)
      throw new Error(path + ' is not in this executable')
    }`
}
