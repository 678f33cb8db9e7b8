import type { AnnouncedMds } from './announced-mds.js'

/** Options of {@link announceByBonjour}. */
export interface BonjourPlan {
  readonly host: string
  /** The IPv4 address of the interface. */
  readonly interface: string
  readonly mds: readonly AnnouncedMds[]
}

/** Announces metadata servers by bonjour-service until the input of this process ends, writing `ready` when they are up. */
export async function announceByBonjour(plan: BonjourPlan): Promise<void> {
  const { Bonjour } = await import('bonjour-service')
  // Options of multicast-dns, which the type of bonjour-service leaves out.
  const options: object = { interface: plan.interface, bind: '0.0.0.0' }
  const bonjour = new Bonjour(options)
  process.on('SIGTERM', () => undefined)
  const announced = plan.mds.map(({ instance, cluster, port = 2510 }) => {
    const txt = cluster === undefined ? {} : { cluster }
    const host = `${plan.host}.local`
    const service = bonjour.publish({ name: instance, type: 'pstorage', port, host, txt, disableIPv6: true })
    return new Promise<void>((resolve) => {
      service.on('up', () => resolve())
    })
  })
  await Promise.all(announced)
  process.stdout.write('ready\n')
  process.stdin.on('end', () => bonjour.unpublishAll(() => bonjour.destroy(() => process.exit()))).resume()
}
