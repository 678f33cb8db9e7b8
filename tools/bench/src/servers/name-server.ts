import { clusterNameServer } from '@pstorage/discovery-dns-server'
import { namedServer } from '@pstorage/testbed'

/** A name server for the rows, and what has to be said about it. */
export interface BenchNameServer extends AsyncDisposable {
  /** `address:port`. */
  readonly server: string
  readonly port: number
  /** Set where it is not BIND. */
  readonly remark: string | undefined
}

export const DOMAIN = 'pstorage.test'
/** Number of clusters, `c0` and so on, each with three MDS. */
export const CLUSTERS = 10_000

/** Starts BIND with a zone of 10,000 clusters; where it is not installed, the embedded server. */
export async function benchNameServer(): Promise<BenchNameServer> {
  const zone = zoneText()
  try {
    const bind = await namedServer({ zones: { [DOMAIN]: zone } })
    return Object.assign(bind, { remark: undefined })
  } catch (error) {
    console.error(`BIND does not run here, so the embedded server answers: ${String(error).split('\n')[0]}`)
    const embedded = await clusterNameServer({ origin: DOMAIN, zone: `$ORIGIN ${DOMAIN}.\n${zone}` })
    const { address, port } = embedded
    return {
      server: `${address}:${port}`,
      port,
      remark: 'by the embedded server, without BIND',
      [Symbol.asyncDispose]: () => embedded[Symbol.asyncDispose](),
    }
  }
}

function zoneText(): string {
  const hosts = [1, 2, 3].map((host) => `mds${host} A 192.0.2.${host}`)
  const clusters = Array.from({ length: CLUSTERS }, (_, index) =>
    [1, 2, 3].map((host) => `_pstorage._tcp.c${index} SRV 0 10 2510 mds${host}`).join('\n'),
  )
  const head = ['$TTL 300', '@ SOA ns1 hostmaster 1 3600 900 604800 60', '@ NS ns1', 'ns1 A 127.0.0.1']
  return [...head, ...hosts, ...clusters, ''].join('\n')
}
