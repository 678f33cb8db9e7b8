// Answers by multicast DNS on the host that it runs on, for the services of each line of its input instead of the ones before.
import { createInterface } from 'node:readline'
import { multicastHost } from '@pstorage/testbed'

const place = { interface: process.argv[2], port: 5353 }
let host

for await (const line of createInterface(process.stdin)) {
  const { services, answer } = JSON.parse(line)
  await host?.[Symbol.asyncDispose]()
  const onQuery = answer === undefined ? {} : { onQuery: (_, own) => own.send(Buffer.from(answer, 'base64')) }
  host = await multicastHost({ ...place, services, ...onQuery })
  process.stdout.write('published\n')
}
process.exit()
