import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describeResolverContract, type Fixture } from '@pstorage/discovery-core/contract'
import type { MulticastService } from '@pstorage/testbed'
import { afterAll, describe, it } from 'vitest'
import { zeroconfResolver } from '../../src/index.js'
import { servicesOf, shortTimes } from '../contract-services.js'
import { damagedAnswer } from '../damaged-answer.js'

const { PUBLISHER_NAMESPACE = '', PUBLISHER_ADDRESS = '' } = process.env
const program = fileURLToPath(new URL('publisher.mjs', import.meta.url))
const command = ['netns', 'exec', PUBLISHER_NAMESPACE, process.execPath, program, PUBLISHER_ADDRESS]
const publisher = spawn('ip', command, { stdio: ['pipe', 'pipe', 'inherit'] })
const lines = createInterface(publisher.stdout)

afterAll(async () => {
  publisher.stdin.end()
  await once(publisher, 'exit')
})

async function published(
  services: readonly MulticastService[],
  options: object = shortTimes,
  answer?: Uint8Array,
): Promise<Fixture> {
  const isPublished = once(lines, 'line')
  publisher.stdin.write(`${JSON.stringify({ services, answer: answer && Buffer.from(answer).toString('base64') })}\n`)
  await isPublished
  const resolver = zeroconfResolver({ interfaces: ['eth0'], ...options })
  return { resolver, [Symbol.asyncDispose]: () => resolver[Symbol.asyncDispose]() }
}

describeResolverContract(
  { describe, it },
  {
    name: 'zeroconf',
    supports: { absence: false, emptyClusters: true },
    create: (world) => published(servicesOf(world)),
    faults: {
      silent: () => published([], {}),
      unreachable: () => published([], { interfaces: ['nosuch0'] }),
      malformed: () => published([], shortTimes, damagedAnswer),
    },
  },
)
