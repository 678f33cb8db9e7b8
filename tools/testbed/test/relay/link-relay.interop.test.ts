import { describe, expect, it } from 'vitest'
import { networkNamespaces } from '../../src/index.js'

const pair = { near: [{ link: 'lan' }], far: [{ link: 'lan' }] } as const

/** Returns the number of echoes that came back, and their average time in milliseconds. */
async function pinged(run: (command: string, ...args: string[]) => Promise<string>, to: string) {
  const text = await run('/usr/bin/python3', '-c', pinger, to)
  const [answered, average] = text.trim().split(' ').map(Number)
  return { answered, average }
}

// Datagrams to the port of nobody: what comes back is an ICMP error, so that both directions count.
const pinger = `
import socket, sys, time
answered, spent = 0, 0.0
for number in range(20):
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.connect((sys.argv[1], 9))
    one.settimeout(0.1)
    began = time.monotonic()
    one.send(b'x' * 100)
    try:
        one.recv(1)
    except ConnectionRefusedError:
        answered += 1
        spent += time.monotonic() - began
    except socket.timeout:
        pass
print(answered, 1000 * spent / max(answered, 1))
`

describe('a link with faults', () => {
  it('passes frames on, delays them, and loses them', async () => {
    await using network = await networkNamespaces(pair)
    const { near, far } = network.hosts
    // The kernel limits how often it tells about ports that are closed.
    await far.run('sysctl', '-qw', 'net.ipv4.icmp_ratelimit=0', 'net.ipv4.icmp_msgs_per_sec=100000')
    const run = (command: string, ...args: string[]) => near.run(command, ...args)
    const link = await network.relayLink('lan', 1)

    await link.disturb({})
    expect((await pinged(run, far.address())).answered).toBe(20)

    await link.disturb({ delay: 20 })
    expect((await pinged(run, far.address())).average).toBeGreaterThan(39)

    await link.disturb({ loss: 300 })
    const { answered } = await pinged(run, far.address())
    expect(answered).toBeGreaterThan(2)
    expect(answered).toBeLessThan(18)

    await link.disturb({ loss: 1_000 })
    expect((await pinged(run, far.address())).answered).toBe(0)
  })
})
