import { nameToText } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { parseDomain } from '../src/config/domain-name.js'
import { closestDomain } from '../src/config/intended-domains.js'

const rows: readonly (readonly [domain: string, others: readonly string[], closest: string | undefined])[] = [
  ['pstorage.tset', ['example.org', 'pstorage.test'], 'pstorage.test'],
  ['pstorge.test', ['pstorage.test'], 'pstorage.test'],
  ['PSTORAGE.TSET', ['pstorage.test'], 'pstorage.test'],
  ['pstoragetest', ['pstorage.test'], 'pstorage.test'],
  ['pstorage.tes', ['pstorage.text', 'pstorage.test'], 'pstorage.test'],
  ['storage.test', ['qstorages.test', 'pstorage.test'], 'pstorage.test'],
  ['pstorage.test', ['PStorage.test'], undefined],
  ['a.test', ['b.test'], undefined],
  ['eu.example.org', ['us.example.org'], undefined],
  ['abc', ['abd'], undefined],
  ['example.org', ['pstorage.test'], undefined],
  ['example.org', [], undefined],
]

describe('closestDomain', () => {
  it.each(rows)('of %s among %j: %s', (domain, others, closest) => {
    const found = closestDomain(parseDomain(domain), others.map(parseDomain))
    expect(found === undefined ? undefined : nameToText(found)).toBe(closest)
  })
})
