import { seededRandom, systemRandom } from '@pstorage/discovery-core'
import type { RecordData } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { serviceTargets } from '../src/lookup/service-targets.js'
import type { RrsetFound } from '../src/reply/rrset.js'
import { name, srv } from './records.js'

const owner = '_pstorage._tcp.alpha.pstorage.test'

interface Row {
  readonly id: string
  readonly what: string
  readonly data: readonly RecordData[]
  readonly sameDomain?: boolean
  /** `target:port`, in any order. */
  readonly targets?: readonly string[]
  readonly warnings?: readonly string[]
}

const rows: readonly Row[] = [
  { id: 'SRV-1', what: 'the target "."', data: [srv('.', 0)], warnings: ['srv-not-available'] },
  {
    id: 'SRV-1',
    what: 'the target "." among others',
    data: [srv('.'), srv('h1.pstorage.test')],
    targets: ['h1.pstorage.test:2510'],
    warnings: ['srv-not-available'],
  },
  {
    id: 'SRV-2',
    what: 'port 0',
    data: [srv('h1.pstorage.test', 0), srv('h2.pstorage.test', 65_535)],
    targets: ['h2.pstorage.test:65535'],
    warnings: ['srv-port-invalid'],
  },
  {
    id: 'SRV-5',
    what: 'a target outside of the domain',
    data: [srv('h1.other.test')],
    targets: ['h1.other.test:2510'],
  },
  {
    id: 'SRV-5',
    what: 'a target outside of the domain where only those inside are wanted',
    data: [srv('h1.other.test'), srv('h1.evilpstorage.test'), srv('H2.PStorage.test')],
    sameDomain: true,
    targets: ['H2.PStorage.test:2510'],
    warnings: ['srv-target-foreign', 'srv-target-foreign'],
  },
  {
    id: 'SRV-6',
    what: 'an address as the target',
    data: [srv('192.0.2.1')],
    targets: ['192.0.2.1:2510=192.0.2.1'],
    warnings: ['srv-target-address'],
  },
  ...['192.0.2.256', '192.0.2', '192.0.2.01', '192.0.2.1.pstorage.test', '192\\.0\\.2\\.1'].map(
    (target): Row => ({ id: 'SRV-6', what: `${target} is a name`, data: [srv(target)], targets: [`${target}:2510`] }),
  ),
  {
    id: 'SRV-8',
    what: 'the same host and port twice, whatever the case',
    data: [srv('h1.pstorage.test'), srv('H1.pstorage.test'), srv('h1.pstorage.test', 2511)],
    targets: ['h1.pstorage.test:2510', 'h1.pstorage.test:2511'],
  },
  {
    id: 'DNS-32',
    what: 'a dot inside of a label is no dot between labels',
    data: [srv('a\\.b.test'), srv('a.b.test')],
    targets: ['a.b.test:2510', 'a\\.b.test:2510'],
  },
  { id: 'DNS-35', what: 'other data', data: [{ kind: 'opaque', bytes: Buffer.of(1) }] },
]

function targetsOf(data: readonly RecordData[], { sameDomain = false, random = systemRandom } = {}) {
  const rrset: RrsetFound = { kind: 'found', owner: name(owner), data, ttl: 300, aliases: 0 }
  return serviceTargets(rrset, owner, { domain: name('pstorage.test'), sameDomain, random })
}

describe('serviceTargets', () => {
  it.each(rows)('$id: $what', ({ data, targets = [], warnings = [], ...options }) => {
    const found = targetsOf(data, options)
    const shown = found.targets.map(({ target, port, literal }) => {
      const text = target.map((label) => label.replaceAll('.', '\\.')).join('.')
      return `${text}:${port}${literal === undefined ? '' : `=${literal}`}`
    })
    expect(shown.sort()).toEqual([...targets].sort())
    expect(found.warnings.map(({ code }) => code)).toEqual(warnings)
    for (const { message } of found.warnings) expect(message).toMatch(`${owner}: `)
  })

  it('SRV-8: the better priority of the same host and port counts', () => {
    const { targets } = targetsOf([srv('h1.test', 2510, 20), srv('h1.test', 2510, 10), srv('h1.test', 2510, 30)])
    expect(targets.map(({ priority }) => priority)).toEqual([10])
  })

  it('SRV-7: lower priorities come first, and the same seed gives the same order', () => {
    const data = Array.from({ length: 60 }, (_, index) =>
      srv(`h${index}.test`, 2510, index % 3, index % 5 === 0 ? 0 : 65_535),
    )
    const order = (seed: number) =>
      targetsOf(data, { random: seededRandom(seed) }).targets.map(({ target }) => target[0])
    expect(order(1)).toEqual(order(1))
    expect(order(1)).not.toEqual(order(2))
    const priorities = targetsOf(data).targets.map(({ priority }) => priority)
    expect(priorities).toEqual(priorities.toSorted())
  })

  it('DNS-34: bounds the targets of a cluster, keeps the best, and says so', () => {
    const data = Array.from({ length: 1_500 }, (_, index) => srv(`h${index}.test`, 2510, index < 500 ? 20 : 10))
    const { targets, warnings } = targetsOf(data)
    expect(targets).toHaveLength(1_000)
    expect(targets.every(({ priority }) => priority === 10)).toBe(true)
    expect(warnings.map(({ code }) => code)).toEqual(['srv-too-many'])
  })
})
