import type { Sighting } from './mds-browser.js'

/** Browses our service by bonjour-service until the input of this process ends, writing what it sees. */
export async function browseByBonjour(address: string): Promise<void> {
  const { Bonjour } = await import('bonjour-service')
  // Options of multicast-dns, which the type of bonjour-service leaves out.
  const options: object = { interface: address, bind: '0.0.0.0' }
  const bonjour = new Bonjour(options)
  const say = (sighting: Sighting): void => void process.stdout.write(`${JSON.stringify(sighting)}\n`)
  const browser = bonjour.find({ type: 'pstorage' })
  browser.on('up', ({ name, host, port, addresses = [], txt }) => {
    const cluster = typeof txt?.cluster === 'string' ? txt.cluster : null
    say({ found: { instance: name, host, port, addresses, cluster } })
  })
  browser.on('down', ({ name }) => say({ gone: name }))
  process.on('SIGTERM', () => undefined)
  process.stdin.on('end', () => bonjour.destroy(() => process.exit())).resume()
}
