import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildCli, mainFile } from './built-cli.js'

// Mounts a file system that no program serves, in a namespace of its own, and runs a program there. Prints its exit code, which is
// negative for a signal. Programs wait in stat(2) and open(2) until they are killed, as they do for a dead file server.
const script = `
import ctypes, os, signal, subprocess, sys
fd = os.open('/dev/fuse', os.O_RDWR)
options = b'fd=%d,rootmode=40000,user_id=0,group_id=0' % fd
if ctypes.CDLL(None).mount(b'dead', sys.argv[1].encode(), b'fuse', 0, options): sys.exit('no mount')
child = subprocess.Popen(sys.argv[3:], stdin=subprocess.DEVNULL, pass_fds=())
for name in sys.argv[2].split():
    try: child.wait(timeout=2)
    except subprocess.TimeoutExpired: child.send_signal(getattr(signal, name))
print('ended', child.wait())
`

let directory = ''
beforeAll(async () => {
  await buildCli()
  directory = await mkdtemp(join(tmpdir(), 'pstorage-dead-'))
}, 120_000)
afterAll(() => rmdir(directory))

async function runThere(argv: readonly string[], signals = ''): Promise<string> {
  const command = ['-m', 'python3', '-c', script, directory, signals, process.execPath, mainFile, ...argv]
  const child = spawn('unshare', command, { stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part) => (text += part))
  await once(child, 'close')
  return text
}

describe('SEC-4: a file server that does not answer', () => {
  it('makes the outcome undetermined, and the process ends', async () => {
    const argv = ['resolve', 'c', '--backend', 'bootstrap', '--clusters-dir', directory, '--timeout', '1']
    // The exit code is lost, since Node.js would wait for the file server before it ends with one.
    expect(await runThere(argv)).toMatch(/no answer within 1000 ms[\s\S]*ended -9$/m)
  })

  it.each([
    ['--tls-ca', ['resolve', 'c', '--tls', '--tls-ca']],
    ['--tsig-key', ['discover', '--tsig-key']],
  ])('does not hang %s', async (_, argv) => {
    expect(await runThere([...argv, join(directory, 'file')])).toMatch(/no answer within 5000 ms[\s\S]*ended -9$/m)
  })

  it.each([
    ['bootstrap show', ['bootstrap', 'show', '--clusters-dir']],
    ['bootstrap lint', ['bootstrap', 'lint', '--clusters-dir']],
    ['bootstrap write', ['bootstrap', 'write', 'c', '-b', '192.0.2.1', '--clusters-dir']],
    ['zone lint', ['zone', 'lint', 'example.org', '--file']],
    ['doctor', ['doctor', '--backend', 'bootstrap', '--clusters-dir']],
  ])('leaves %s to one SIGTERM', async (_, argv) => {
    expect(await runThere([...argv, directory], 'SIGTERM')).toMatch(/ended -15$/m)
  })

  it('leaves a command to a second signal at once', async () => {
    const argv = ['bootstrap', 'lint', '--clusters-dir', directory]
    expect(await runThere(argv, 'SIGINT SIGINT')).toMatch(/ended -2$/m)
  })
})
