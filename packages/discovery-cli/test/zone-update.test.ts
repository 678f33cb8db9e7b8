import { memoryResolver } from '@pstorage/discovery-core'
import type { RecordSetAnswer } from '@pstorage/discovery-dns/checks'
import { describe, expect, it } from 'vitest'
import type { ReadRecords } from '../src/context.js'
import { nsupdateLines } from '../src/zone/zone-update.js'
import { cliRun } from './cli-run.js'
import { worldOf } from './stand-ins.js'

type Zone = Readonly<Record<string, readonly string[] | RecordSetAnswer>>

/** Reads from a zone that holds these records, by `NAME TYPE`; its apex is always there. */
const zoneOf = (zone: Zone): ReadRecords => {
  return async (domain, questions) =>
    questions.map(({ name, type }): RecordSetAnswer => {
      const held = zone[`${name.toLowerCase()} ${type}`]
      if (held === undefined) return { kind: 'none', why: name === domain ? 'NODATA' : 'NXDOMAIN' }
      return 'kind' in held ? held : { kind: 'found', data: held }
    })
}

const srv = '_pstorage._tcp.c.pstorage.test'
const [host3, host4] = ['mds-192-0-2-3.c.pstorage.test', 'mds-192-0-2-4.c.pstorage.test']
const [record3, record4] = [`0 1 2510 ${host3}.`, `0 1 2510 ${host4}.`]
const names = 'pstorage_clusters.pstorage.test'

/** The zone that publishes c with these two endpoints. */
const published: Zone = {
  [`${srv} SRV`]: [record3, record4],
  [`${host3} A`]: ['192.0.2.3'],
  [`${host4} A`]: ['192.0.2.4'],
  [`${names} TXT`]: ['"a,c"'],
}

const update = ['zone', 'generate', 'pstorage.test', '--format', 'nsupdate', '--ttl', '60']
const byHand = (...addresses: readonly string[]) => addresses.map((address) => `--mds=c=${address}`)

async function scriptOf(argv: readonly string[], zone: Zone): Promise<readonly string[]> {
  const run = await cliRun([...update, ...argv], { readRecords: zoneOf(zone) })
  expect(run).toMatchObject({ code: 0, stderr: '' })
  const lines = run.stdout.trimEnd().split('\n')
  expect(lines.shift()).toBe('; 1 storage cluster of pstorage.test, by pstorage-discovery zone generate')
  return lines
}

const whole = '; The update fails as a whole where the zone has changed since it was read.'

describe('zone generate --format nsupdate', () => {
  it('adds to a zone that holds nothing, and requires that', async () => {
    expect(await scriptOf(byHand('192.0.2.3', '[2001:db8::1]:2511'), {})).toEqual([
      whole,
      `prereq nxrrset ${srv}. SRV`,
      `prereq nxrrset ${host3}. A`,
      'prereq nxrrset mds-2001-db8--1.c.pstorage.test. AAAA',
      `prereq nxrrset ${names}. TXT`,
      `update add ${host3}. 60 IN A 192.0.2.3`,
      'update add mds-2001-db8--1.c.pstorage.test. 60 IN AAAA 2001:db8::1',
      `update add ${srv}. 60 IN SRV ${record3}`,
      `update add ${srv}. 60 IN SRV 0 1 2511 mds-2001-db8--1.c.pstorage.test.`,
      `update add ${names}. 60 IN TXT "c"`,
      'send',
    ])
  })

  it('adds one endpoint to those that are there, and requires these', async () => {
    expect(await scriptOf(byHand('192.0.2.3', '192.0.2.4', '192.0.2.5'), published)).toEqual([
      whole,
      `prereq yxrrset ${srv}. SRV ${record3}`,
      `prereq yxrrset ${srv}. SRV ${record4}`,
      'prereq nxrrset mds-192-0-2-5.c.pstorage.test. A',
      'update add mds-192-0-2-5.c.pstorage.test. 60 IN A 192.0.2.5',
      `update add ${srv}. 60 IN SRV 0 1 2510 mds-192-0-2-5.c.pstorage.test.`,
      'send',
    ])
  })

  it('leaves priorities, weights and host names of the zone as they are', async () => {
    const zone = {
      ...published,
      [`${srv} SRV`]: ['10 60 2510 MDS1.other.test.', record4],
      'mds1.other.test A': ['192.0.2.3'],
    }
    expect(await scriptOf(byHand('192.0.2.3', '192.0.2.4'), zone)).toEqual(['; The zone has all of it already.'])
  })

  it('adds the address that a target of the zone lacks', async () => {
    const { [`${host4} A`]: _, ...zone } = published
    expect(await scriptOf(byHand('192.0.2.3', '192.0.2.4'), zone)).toEqual([
      whole,
      `prereq yxrrset ${srv}. SRV ${record3}`,
      `prereq yxrrset ${srv}. SRV ${record4}`,
      `prereq nxrrset ${host4}. A`,
      `update add ${host4}. 60 IN A 192.0.2.4`,
      'send',
    ])
  })

  it('adds only names that no TXT record lists, and quotes what is there', async () => {
    const zone = { ...published, [`${names} TXT`]: ['"a, B" "\\034x\\255"'] }
    expect(await scriptOf(byHand('192.0.2.3', '192.0.2.4'), zone)).toEqual([
      whole,
      `prereq yxrrset ${names}. TXT "a, B" "\\034x\\255"`,
      `update add ${names}. 60 IN TXT "c"`,
      'send',
    ])
    expect(await scriptOf(['--mds=B=192.0.2.3', '--mds=b=192.0.2.3'], zone)).not.toContain(
      `update add ${names}. 60 IN TXT "B"`,
    )
  })

  it('requires of many names only that they are there', async () => {
    const long = Array.from({ length: 80 }, (_, index) => `"${'x'.repeat(240)}${index}"`)
    const zone = { ...published, [`${names} TXT`]: long }
    expect(await scriptOf(byHand('192.0.2.3', '192.0.2.4'), zone)).toContain(`prereq yxrrset ${names}. TXT`)
  })

  it('--replace makes the SRV records those that were found, from those that were read', async () => {
    expect(await scriptOf([...byHand('192.0.2.3'), '--replace'], published)).toEqual([
      whole,
      `prereq yxrrset ${srv}. SRV ${record3}`,
      `prereq yxrrset ${srv}. SRV ${record4}`,
      `update delete ${srv}. SRV`,
      `update add ${srv}. 60 IN SRV ${record3}`,
      'send',
    ])
    expect(await scriptOf([...byHand('192.0.2.4', '192.0.2.3'), '--replace'], published)).toEqual([
      '; The zone has all of it already.',
    ])
    expect(await scriptOf([...byHand('192.0.2.3'), '--replace'], {})).not.toContain(`update delete ${srv}. SRV`)
  })

  it('--replace keeps records of other hosts that come to the same', async () => {
    const zone = {
      ...published,
      [`${srv} SRV`]: ['0 1 2510 S1.other.test.', record4],
      's1.other.test A': ['192.0.2.3'],
    }
    expect(await scriptOf([...byHand('192.0.2.3', '192.0.2.4'), '--replace'], zone)).toEqual([
      '; The zone has all of it already.',
    ])
    const weighed = { ...zone, [`${srv} SRV`]: ['0 7 2510 S1.other.test.', record4] }
    expect(await scriptOf([...byHand('192.0.2.3', '192.0.2.4'), '--replace'], weighed)).toContain(
      `update delete ${srv}. SRV`,
    )
  })

  it('SEC-3 zeroconf adds nothing to the SRV records of the zone, and creates those of a cluster without', async () => {
    const clusters = { c: ['192.0.2.3', '192.0.2.4', '192.0.2.66'] }
    const backends = { zeroconf: () => memoryResolver({ name: 'zeroconf', clusters }) }
    const argv = [...update, '--backend', 'zeroconf']
    const refused = await cliRun(argv, { backends, readRecords: zoneOf(published) })
    expect(refused).toMatchObject({ code: 3, stdout: '' })
    expect(refused.stderr).toContain(
      `${srv}: only zeroconf has 192.0.2.66:2510, where any host on the link can answer; if it is right, add it with --mds`,
    )
    const created = await cliRun(argv, { backends, readRecords: zoneOf({}) })
    expect(created.code).toBe(0)
    expect(created.stderr).toMatch(/^warning: only zeroconf has this[^\n]+\[zeroconf-only\]\n$/)
    expect(created.stdout).toContain(`prereq nxrrset ${srv}. SRV\n`)
    expect(await cliRun([...argv, '--replace'], { backends })).toMatchObject({ code: 2, stdout: '' })
  })

  it('takes what sources find, and asks the zone of DOMAIN', async () => {
    const asked: string[] = []
    const readRecords: ReadRecords = async (domain, questions, { servers }) => {
      asked.push(...questions.map(({ name, type }) => `${domain} ${name} ${type} ${servers}`))
      return zoneOf({})(domain, questions, {} as never, {} as never)
    }
    const backends = worldOf({ c: ['192.0.2.3'] })
    const run = await cliRun([...update, '--backend', 'dns', '--server', '192.0.2.53'], { backends, readRecords })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(asked).toEqual([
      'pstorage.test pstorage.test SOA 192.0.2.53',
      `pstorage.test ${srv} SRV 192.0.2.53`,
      `pstorage.test ${host3} A 192.0.2.53`,
      `pstorage.test ${host3} AAAA 192.0.2.53`,
      `pstorage.test ${names} TXT 192.0.2.53`,
    ])
  })

  const alias: RecordSetAnswer = { kind: 'alias' }
  const timeout: RecordSetAnswer = {
    kind: 'failed',
    status: 'timeout',
    server: '192.0.2.53:53',
    error: { code: 'ETIMEDOUT', message: 'name server 192.0.2.53:53 gave no answer' },
  }

  it.each<readonly [id: string, argv: readonly string[], zone: Zone, says: string]>([
    [
      'the zone holds an endpoint that was not found',
      byHand('192.0.2.3'),
      published,
      `${srv}: only the zone has 192.0.2.4:2510; --mds has 192.0.2.3:2510`,
    ],
    [
      'the zone holds another port',
      byHand('192.0.2.3:2511', '192.0.2.4'),
      published,
      `${srv}: only the zone has 192.0.2.3:2510; --mds has 192.0.2.3:2511, 192.0.2.4:2510`,
    ],
    [
      'a target of the zone has no address',
      byHand('192.0.2.3'),
      { [`${srv} SRV`]: ['0 1 2510 gone.pstorage.test.'] },
      `${srv}: only the zone has gone.pstorage.test:2510; --mds has 192.0.2.3:2510`,
    ],
    [
      'a target of the zone would drive a terminal',
      byHand('192.0.2.3'),
      { [`${srv} SRV`]: ['0 1 2510 \u001b[2J.test.'] },
      String.raw`only the zone has \x1b[2J.test:2510; --mds has 192.0.2.3:2510`,
    ],
    [
      'the zone says that the service is not there',
      byHand('192.0.2.3'),
      { [`${srv} SRV`]: ['0 0 0 .'] },
      `${srv}: only the zone has .:0; --mds has 192.0.2.3:2510`,
    ],
    [
      'a host of the zone has another address',
      byHand('192.0.2.3'),
      { [`${host3} A`]: ['198.51.100.1'] },
      `${host3}: the zone has the address 198.51.100.1; --mds has 192.0.2.3`,
    ],
    [
      'a host of the zone has another address, with --replace',
      [...byHand('192.0.2.3'), '--replace'],
      { ...published, [`${host3} A`]: ['198.51.100.1'] },
      `${host3}: the zone has the address 198.51.100.1; --mds has 192.0.2.3`,
    ],
    ['the owner is an alias', byHand('192.0.2.3'), { [`${srv} SRV`]: alias }, `${srv} is an alias (CNAME) in the zone`],
    ['a host is an alias', byHand('192.0.2.3'), { [`${host3} A`]: alias }, `${host3} is an alias (CNAME) in the zone`],
    [
      'the names are an alias',
      byHand('192.0.2.3'),
      { [`${names} TXT`]: alias },
      `${names} is an alias (CNAME) in the zone`,
    ],
    ['the SRV records cannot be read', byHand('192.0.2.3'), { [`${srv} SRV`]: timeout }, 'gave no answer'],
    ['a host cannot be read', byHand('192.0.2.3'), { [`${host3} AAAA`]: timeout }, 'gave no answer'],
    [
      'the address of a target cannot be read',
      byHand('192.0.2.3'),
      { [`${srv} SRV`]: ['0 1 2510 far.other.test.'], 'far.other.test A': timeout },
      'gave no answer',
    ],
    [
      'there is no such domain',
      byHand('192.0.2.3'),
      { 'pstorage.test SOA': { kind: 'none', why: 'NXDOMAIN' } },
      'cannot read the zone pstorage.test: the domain does not exist (NXDOMAIN)',
    ],
  ])('prints nothing where %s', async (_, argv, zone, says) => {
    const run = await cliRun([...update, ...argv], { readRecords: zoneOf(zone) })
    expect(run).toMatchObject({ code: 3, stdout: '' })
    expect(run.stderr).toContain('nothing is printed: ')
    expect(run.stderr).toContain(says)
  })

  it.each([
    [
      '--replace for a whole zone',
      ['zone', 'generate', 'a.test', '--replace'],
      /--replace has no effect without --format/,
    ],
    ['--replace of a part', [...update, '--replace', '--partial'], /--replace and --partial contradict each other/],
    [
      'a policy beside --mds',
      [...update, ...byHand('192.0.2.3'), '--backend', 'dns'],
      /--backend has no effect with --mds/,
    ],
  ])('refuses %s', async (_, argv, says) => {
    const run = await cliRun(argv)
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toMatch(says)
  })
})

describe('the updates of a script', () => {
  it('are several where one would be too long, and each requires what the one before it has made', () => {
    const part = (name: string) => ({
      prerequisites: [`prereq nxrrset ${name}. SRV`],
      changes: [`update add ${name}. 60 IN SRV ${'x'.repeat(30_000)}`],
      outcome: [`prereq yxrrset ${name}. SRV x`],
    })
    const lines = nsupdateLines([part('a'), part('b'), part('c')]).map((line) => line.slice(0, 24))
    expect(lines).toEqual([
      'prereq nxrrset a. SRV',
      'update add a. 60 IN SRV ',
      'send',
      'prereq yxrrset a. SRV x',
      'prereq nxrrset b. SRV',
      'update add b. 60 IN SRV ',
      'send',
      'prereq yxrrset b. SRV x',
      'prereq nxrrset c. SRV',
      'update add c. 60 IN SRV ',
      'send',
    ])
  })

  it('are none where nothing is to be changed', () => {
    expect(nsupdateLines([])).toEqual([])
  })
})
