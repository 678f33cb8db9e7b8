import { describe, expect, it } from 'vitest'
import { type ServerProgram, startServerProcess } from '../src/server-process.js'

const shell: ServerProgram = { name: 'sh', debianPackage: 'dash', ready: /^ready$/, incomplete: /^incomplete$/ }

/** A server of shell commands, whose log is what they write. */
function start(script: string) {
  return startServerProcess(shell, ['-c', `{ ${script}; } >&2`])
}

describe('startServerProcess', () => {
  it('resolves when the server is ready, and knows its log', async () => {
    const server = await start('echo starting; echo ready; echo more; exec sleep 60')
    await server.log.when(3)
    expect(server.log.items).toEqual(['starting', 'ready', 'more'])
    await server.stop()
    await expect(server.log.when(4)).rejects.toThrow('sh has stopped')
  })

  it('can be stopped twice', async () => {
    const server = await start('echo ready; exec sleep 60')
    await server.stop()
    await server.stop()
  })

  it.each([
    ['ends before it is ready', 'echo sorry', /sh has stopped:\nsorry/, undefined],
    ['serves less than it should', 'echo incomplete; echo ready; exec sleep 60', /does not serve all/, undefined],
    ['ends since the port is taken', 'echo "bind: Address already in use"', /in use/, 'EADDRINUSE'],
    [
      'goes on though the port is taken',
      'echo "address in use"; echo incomplete; echo ready; exec sleep 60',
      /in use/,
      'EADDRINUSE',
    ],
  ])('rejects when the server %s', async (_, script, message, code) => {
    const error = await start(script).catch((error: unknown) => error)
    expect(error).toMatchObject({ message: expect.stringMatching(message), ...(code && { code }) })
  })

  it('rejects when the server is not installed', async () => {
    const missing = { ...shell, name: 'no-such-server', debianPackage: 'no-such-package' }
    await expect(startServerProcess(missing, [])).rejects.toThrow('install no-such-package')
  })
})
