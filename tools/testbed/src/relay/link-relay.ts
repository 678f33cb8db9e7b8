import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { NamespaceProcess } from '../namespace-process.js'
import type { LinkFaults } from './link-faults.js'

/** A link between hosts that loses, delays, doubles, reorders and corrupts frames, until it is disposed of. */
export interface LinkRelay extends AsyncDisposable {
  /** Changes what happens; resolves when it does. */
  disturb(faults: LinkFaults): Promise<void>
}

/** Relays frames between interfaces of a namespace, which no bridge may hold. @throws Error when python3 is not installed. */
export async function linkRelay(namespace: string, interfaces: readonly string[], seed: number): Promise<LinkRelay> {
  const program = fileURLToPath(new URL('../../programs/link-relay.py', import.meta.url))
  const args = ['netns', 'exec', namespace, '/usr/bin/python3', '-u', program, String(seed), ...interfaces]
  const child = spawn('ip', args, { stdio: ['pipe', 'pipe', 'pipe'] })
  await once(child, 'spawn')
  const running = new NamespaceProcess('the relay of a link', child)
  let answers = 0
  return {
    async disturb(faults) {
      answers += 1
      running.write(JSON.stringify(faults))
      await running.lines.when(answers, (line) => line === 'ready')
    },
    [Symbol.asyncDispose]: () => running.stop(),
  }
}
