import { readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { commandFile } from '../processes/program.js'
import { timeProcess } from '../processes/time-process.js'
import { spreadOf } from '../spread.js'
import { printRow, type Study } from './study.js'

const ROUNDS = 9
const packages = ['discovery-core', 'discovery-bootstrap', 'discovery-dns', 'discovery-zeroconf', 'dns-message']
const require = createRequire(import.meta.url)

/** Files and modules that each command loads, and the time to import each package alone. */
export const startUp: Study = {
  name: 'start-up',
  description: 'files, modules of Node.js and processor time for each command, and for importing each package alone',
  async run() {
    const folder = dirname(commandFile)
    printRow(['file', 'KiB'])
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const status = statSync(join(folder, file))
      if (status.isFile()) printRow([basename(file), status.size / 1_024])
    }
    const bare = await processorTime(['-e', '0'])
    printRow(['command', 'processor ms', 'bare', 'files', 'modules'])
    for (const [name, argv] of commands) {
      const [files, modules] = await loadedBy(argv)
      printRow([name, await processorTime([commandFile, ...argv]), bare, String(files), String(modules)])
    }
    printRow(['import', 'processor ms', 'bare', '', 'KiB of code'])
    for (const name of packages) {
      const file = require.resolve(`@pstorage/${name}`)
      const time = await processorTime(['--input-type=module', '--eval', `import ${JSON.stringify(file)}`])
      printRow([name, time, bare, '', codeIn(dirname(file)) / 1_024])
    }
  },
}

const commands = [
  ['--version', ['--version']],
  ['--help', ['--help']],
  ['resolve --help', ['resolve', '--help']],
  ['resolve -b', ['resolve', 'alpha', '-b', '192.0.2.1']],
] as const

async function processorTime(argv: readonly string[]): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) times.push((await timeProcess([process.execPath, ...argv])).cpu)
  return spreadOf(times).median
}

/** Counts the files of ours and the public modules of Node.js that a command loads. */
async function loadedBy(argv: readonly string[]): Promise<readonly [number, number]> {
  const tell = `const fs = require('fs')
  const { readFileSync } = fs
  let files = 0
  fs.readFileSync = (file, ...options) => {
    if (require('path').dirname(String(file)) === ${JSON.stringify(dirname(commandFile))}) files += 1
    return readFileSync(file, ...options)
  }
  process.on('exit', () => {
    const builtins = process.moduleLoadList.filter((entry) => /^NativeModule [a-z_]+(\\/promises)?$/.test(entry))
    fs.writeSync(1, '\\n' + JSON.stringify([files, builtins.length]))
  })
  process.argv.splice(1, 0, ${JSON.stringify(commandFile)})
  require(${JSON.stringify(commandFile)})`
  const { stdout } = await timeProcess([process.execPath, '-e', tell, '--', ...argv], { keep: true })
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
}

function codeIn(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js'))
    .reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)
}
