import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { resolveCluster } from '@pstorage/discovery-core'
import { announce, zeroconfResolver } from '@pstorage/discovery-zeroconf'
import { avahiHost } from '@pstorage/testbed'
import { expect, it } from 'vitest'
import { checkCapture } from '../src/check-capture.js'
import { readPcap } from '../src/read-pcap.js'

/** Records what an interface carries while something is done. */
async function captureOf(name: string, action: () => Promise<void>) {
  const directory = await mkdtemp(join(tmpdir(), 'pstorage-capture-'))
  const file = join(directory, 'mdns.pcap')
  try {
    const options = ['-i', name, '-U', '--immediate-mode', '-Z', 'root', '-w', file]
    const tcpdump = spawn('tcpdump', [...options, 'udp port 5353'], { stdio: ['ignore', 'ignore', 'pipe'] })
    const exited = once(tcpdump, 'exit')
    for await (const line of createInterface(tcpdump.stderr)) if (line.includes('listening on')) break
    await action()
    // What was sent last may still be on its way into the file.
    const sizes = [0]
    const grown = async (): Promise<number> => {
      const { size } = await stat(file)
      return size - (sizes[sizes.push(size) - 2] ?? 0)
    }
    await expect.poll(grown, { interval: 300, timeout: 5_000 }).toBe(0)
    tcpdump.kill('SIGINT')
    await exited
    return readPcap(await readFile(file))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

it('what is asked and announced beside Avahi keeps to RFC 6762', async () => {
  const serviceFile = `<?xml version="1.0" standalone="no"?>
<!DOCTYPE service-group SYSTEM "avahi-service.dtd">
<service-group>
  <name>alpha on avahi</name>
  <service><type>_pstorage._tcp</type><port>2510</port><txt-record>cluster=alpha</txt-record></service>
</service-group>
`
  await using avahi = await avahiHost({ services: { 'alpha.service': serviceFile } })
  const place = { interfaces: [avahi.interface] }
  const own = new Set<string>()
  const datagrams = await captureOf(avahi.interface, async () => {
    const clusters = [{ name: 'alpha' }, { name: 'beta', endpoints: ['192.0.2.21', '[2001:db8::21]:2511'] }]
    const announcement = await announce({ clusters, ...place })
    const report = await resolveCluster(zeroconfResolver(place), 'beta')
    expect(report.endpoints).toHaveLength(2)
    for (const { address } of networkInterfaces()[avahi.interface] ?? []) own.add(address)
    await announcement.stop()
  })
  const { findings, messages } = checkCapture(datagrams, [...own])
  expect(findings).toEqual([])
  expect(messages).toBeGreaterThan(10)
  expect(datagrams.length).toBeGreaterThan(messages)
})
