import { join } from 'node:path'
import { clusterNameServer } from '@pstorage/discovery-dns-server'
import type { Finding } from '../finding.js'
import { EXPECTED_INSTALLS } from './expected-installs.js'
import { hasLibraries, type Tarballs } from './install-alone.js'
import { installGlobally } from './install-globally.js'
import { runCommand } from './run-command.js'

const COMMAND = '@pstorage/discovery-cli'

/** The most that the command may bring along, so that it is seen when it brings more. What Node.js has compiled is there twice and with its source, to be compared. */
const MAXIMUM = { files: 2_800, kibibytes: 8_192 }

/** Installs the command for everybody, has it list the clusters of a name server on loopback, and says how large it is. */
export const checkCommand = async (tarballs: Tarballs, folder: string): Promise<readonly Finding[]> => {
  const finding = (problem: string, remedy: string): readonly Finding[] => [
    { rule: 'install', file: 'packages/discovery-cli', problem, remedy, severity: 'error' },
  ]
  const brings = EXPECTED_INSTALLS[COMMAND]?.brings ?? []
  const ours = brings.filter((name) => !hasLibraries([name]))
  const { bin, files, kibibytes } = await installGlobally([COMMAND, ...ours], tarballs, folder)
  console.log(`npm install --global ${COMMAND}: ${files} files, ${kibibytes} KB`)
  if (files > MAXIMUM.files || kibibytes > MAXIMUM.kibibytes) {
    const remedy = 'find out what has come in, or decide in check-command.ts'
    return finding(`brings ${files} files with ${kibibytes} KB, more than ${JSON.stringify(MAXIMUM)}`, remedy)
  }
  const printed = await askServer(join(bin, 'pstorage-discovery'), folder)
  return printed === 'my-cluster' ? [] : finding(`prints ${JSON.stringify(printed)} once installed`, 'see its output')
}

const askServer = async (command: string, folder: string): Promise<string> => {
  const clusters = [{ name: 'my-cluster', mds: [{ address: '192.0.2.1' }] }]
  await using server = await clusterNameServer({ origin: 'pstorage.test', clusters })
  const words = [
    'discover',
    '--backend',
    'dns',
    '--server',
    `${server.address}:${server.port}`,
    '--domain',
    'pstorage.test',
  ]
  return await runCommand(command, words, folder)
}
