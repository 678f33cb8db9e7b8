import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { avahiOn, type NamespaceHost, networkNamespaces } from '@pstorage/testbed'
import { beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const command = join(root, 'packages/discovery-cli/dist/main.js')

beforeAll(async () => {
  await promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-b', 'packages/discovery-cli', 'tools/testbed'], {
    cwd: root,
  })
}, 120_000)

const pair = { seeker: [{ link: 'lan' }], mds: [{ link: 'lan' }] } as const

/** Runs the command on a host so many times at once, and gives what each said. */
async function asked(host: NamespaceHost, times: number, cluster: string) {
  const words = ['resolve', cluster, '--backend', 'zeroconf', '--json']
  return Promise.all(
    Array.from({ length: times }, async () => {
      const running = host.start(process.execPath, command, ...words)
      const [line = ''] = await running.lines.when(1, (text) => text.startsWith('{"schemaVersion"'))
      await running.stop()
      return JSON.parse(line)
    }),
  )
}

/**
 * One after the other: those who ask at the same time hear the same answers, as no responder says a thing twice within a second,
 * and so lose the same ones.
 */
async function askedInTurn(host: NamespaceHost, times: number, cluster: string) {
  const reports: Awaited<ReturnType<typeof asked>>[number][] = []
  for (let turn = 0; turn < times; turn += 1) reports.push(...(await asked(host, 1, cluster)))
  return reports
}

function expectTruth(
  reports: readonly { readonly outcome: string; readonly endpoints: readonly object[] }[],
  address: string,
): number {
  for (const { outcome, endpoints } of reports) {
    // Multicast cannot say no: what was not heard is not absent. A name may be heard, and where it is be lost.
    expect(['found', 'known', 'undetermined']).toContain(outcome)
    if (outcome === 'found') expect(endpoints).toMatchObject([{ address, port: 2510 }])
  }
  return reports.filter(({ outcome }) => outcome === 'found').length
}

describe('multicast over a link', { timeout: 60_000 }, () => {
  it('that loses a fifth, delays, doubles and reorders: what is found is true, and most of it is found', async () => {
    await using network = await networkNamespaces(pair)
    const { seeker, mds } = network.hosts
    await avahiOn(mds, { mds: [{ instance: 'mds1', cluster: 'alpha' }] })
    const link = await network.relayLink('lan', 5)
    await link.disturb({ loss: 200, delay: 30, jitter: 60, duplication: 200 })
    expect(expectTruth(await askedInTurn(seeker, 4, 'alpha'), mds.address())).toBeGreaterThanOrEqual(2)
    const strangers = await asked(seeker, 2, 'beta')
    expect(strangers.map(({ outcome }) => outcome)).toEqual(['undetermined', 'undetermined'])
  })

  it('that corrupts every other frame: checksums of the system keep what is wrong away', async () => {
    await using network = await networkNamespaces(pair)
    const { seeker, mds } = network.hosts
    await avahiOn(mds, { mds: [{ instance: 'mds1', cluster: 'alpha' }] })
    const link = await network.relayLink('lan', 6)
    await link.disturb({ corruption: 500 })
    expectTruth(await asked(seeker, 6, 'alpha'), mds.address())
  })

  it('with a firewall that drops a third of it', async () => {
    await using network = await networkNamespaces(pair)
    const { seeker, mds } = network.hosts
    await avahiOn(mds, { mds: [{ instance: 'mds1', cluster: 'alpha' }] })
    for (const line of [
      'add table inet weather',
      'add chain inet weather in { type filter hook input priority 0; }',
      'add rule inet weather in udp dport 5353 numgen random mod 3 == 0 drop',
    ]) {
      await seeker.run('nft', ...line.split(' '))
    }
    expect(expectTruth(await askedInTurn(seeker, 4, 'alpha'), mds.address())).toBeGreaterThanOrEqual(2)
  })
})
