import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { freePort, startTestbed } from '@pstorage/testbed'
import { print } from './print.js'
import { runCommand } from './run-command.js'
import { scenes } from './scenes.js'

const require = createRequire(import.meta.url)
const manifest = require.resolve('@pstorage/discovery-cli/package.json')
const command = join(dirname(manifest), 'dist', 'main.js')

print.text(
  'pstorage-discovery finds a storage cluster by its name. A name server with the zone of the manual page, a host that ' +
    'speaks multicast DNS and a directory of bootstrap lists now run on loopback; the real command asks them.',
)
await using testbed = await startTestbed()
const closedServer = `127.0.0.1:${await freePort('127.0.0.1')}`
const surprises: string[] = []

for (const { title, explanation, words, exitCode } of scenes(testbed, closedServer)) {
  print.title(title)
  print.text(explanation)
  print.command(['pstorage-discovery', ...words])
  const code = await runCommand(process.execPath, [command, ...words])
  print.exitCode(code)
  if (code !== exitCode) surprises.push(`${title}: the exit code is ${code}, not ${exitCode}`)
}

print.title('The same by hand')
const [address = '', port = ''] = testbed.dns.server.split(':')
const byHand = ['-p', port, '-t', 'SRV', `_pstorage._tcp.my-cluster.${testbed.dns.domain}`, address]
print.command(['host', ...byHand])
if ((await runCommand('host', byHand)) === undefined) {
  print.text('host is not installed here; Debian has it in bind9-host.')
}

const { fault } = testbed.zeroconf
if (fault !== undefined) print.text(`Zeroconf was left out, because multicast does not work on loopback here: ${fault}`)
print.end(surprises)
process.exitCode = surprises.length > 0 ? 1 : 0
