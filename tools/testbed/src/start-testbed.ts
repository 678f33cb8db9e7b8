import { networkInterfaces } from 'node:os'
import { clustersDirectory } from './clusters-directory.js'
import { manPageServer } from './man-page-server.js'
import { manPageDomain } from './man-page-zone.js'
import { type MulticastHost, multicastHost } from './multicast-host.js'
import type { MulticastService } from './multicast-service.js'

/** Options of {@link startTestbed}. */
export interface TestbedOptions {
  /** The UDP port of the multicast host; default 5353, since the command line has no option for another. */
  readonly mdnsPort?: number
}

/** One of each kind of source, running on loopback. */
export interface Testbed extends AsyncDisposable {
  /** The name server with the zone of the manual page: `my-cluster`, `my-second-cluster`, and `cluster1` to `cluster6`. */
  readonly dns: {
    /** `address:port`, for `--server`. */
    readonly server: string
    /** For `--domain`. */
    readonly domain: string
  }
  /** The host that announces `office-cluster` by multicast DNS. */
  readonly zeroconf: {
    /** The name of the loopback interface, for `--interface`. */
    readonly interface: string
    readonly port: number
    /** The reason why it is not running, as on a system without multicast on loopback; `undefined` when it is. */
    readonly fault: string | undefined
  }
  /** The directory that has a list for `rack-cluster`. */
  readonly bootstrap: {
    /** For `--clusters-dir`. */
    readonly directory: string
  }
}

const multicastServices: readonly MulticastService[] = [1, 2].map((number) => ({
  instance: `office-cluster #${number}`,
  host: `office-mds${number}.local`,
  addresses: [`192.168.7.${number}`],
  port: 2510,
  txt: { cluster: 'office-cluster' },
}))

// The example of the manual page.
const bootstrapList = '# comment\n192.168.1.1:2510, 192.168.1.2:2510\n192.168.1.3:2510\n'

/**
 * Starts a name server, a multicast host and a clusters directory, all on loopback and each with clusters of its own.
 *
 * If the multicast host cannot start, the other sources run all the same, and its `fault` gives the reason.
 */
export async function startTestbed(options: TestbedOptions = {}): Promise<Testbed> {
  const { mdnsPort = 5353 } = options
  const started: AsyncDisposable[] = []
  const stop = async (): Promise<void> => {
    for (const each of started.splice(0).reverse()) await each[Symbol.asyncDispose]()
  }
  try {
    const nameServer = await manPageServer()
    started.push(nameServer)
    const directory = await clustersDirectory({ 'rack-cluster': bootstrapList })
    started.push(directory)
    const host = await startMulticastHost(mdnsPort)
    if (typeof host !== 'string') started.push(host)
    return {
      dns: { server: `${nameServer.address}:${nameServer.port}`, domain: manPageDomain },
      zeroconf: {
        interface: loopbackInterface(),
        port: mdnsPort,
        fault: typeof host === 'string' ? host : undefined,
      },
      bootstrap: { directory: directory.path },
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Returns the host, or the reason why there is none. */
async function startMulticastHost(port: number): Promise<MulticastHost | string> {
  try {
    return await multicastHost({ interface: loopback, port, services: multicastServices })
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const loopback = '127.0.0.1'

function loopbackInterface(): string {
  for (const [name, addresses = []] of Object.entries(networkInterfaces())) {
    if (addresses.some(({ address }) => address === loopback)) return name
  }
  throw new Error(`no interface has the address ${loopback}`)
}
