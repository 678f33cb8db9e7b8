import { describe, expect, it } from 'vitest'
import { checkedTransferLimits } from '../src/config/transfer-limits.js'
import { DEFAULT_TRANSFER_LIMITS, type DnsResolverOptions, dnsResolver } from '../src/index.js'

const accepted: readonly DnsResolverOptions[] = [
  {},
  { servers: ['192.0.2.1', '[::1]:5353'], domains: ['pstorage.test', 'Example.ORG.'] },
  { service: '_vstorage._tcp', clustersRecord: 'clusters.names' },
  {
    axfr: 'always',
    targets: 'same-domain',
    caseRandomization: true,
    transferLimits: { time: 1_000, records: 10, memory: 1 },
  },
  { servers: undefined, domains: undefined, service: undefined, axfr: undefined, targets: undefined },
]

// What a caller without types may give, too.
const refused: readonly (readonly [option: string, value: unknown])[] = [
  ['servers', []],
  ['servers', ['ns.example.org']],
  ['servers', ['192.0.2.1', '192.0.2.1:0']],
  ['servers', [1]],
  ['domains', []],
  ['domains', ['']],
  ['domains', ['.']],
  ['domains', ['a..test']],
  ['domains', [`${'a'.repeat(64)}.test`]],
  ['domains', [Array(128).fill('a').join('.')]],
  ['domains', [undefined]],
  ['service', ''],
  ['service', '.'],
  ['service', '_pstorage..tcp'],
  ['clustersRecord', ''],
  ['clustersRecord', '.'],
  ['axfr', 'sometimes'],
  ['axfr', true],
  ['targets', 'all'],
  ['caseRandomization', 'yes'],
  ['transferLimits', { records: 0 }],
  ['transferLimits', { records: -1 }],
  ['transferLimits', { bytes: Number.NaN }],
  ['transferLimits', { bytes: '5' }],
  ['transferLimits', { memory: 0 }],
  ['transferLimits', { time: Number.POSITIVE_INFINITY }],
  ['transferLimits', { silence: 2 ** 31 }],
]

describe('dnsResolver', () => {
  it.each(accepted)('takes %j', async (options) => {
    await using resolver = dnsResolver(options)
    expect(resolver.name).toBe('dns')
  })

  it.each(refused)('refuses %s: %j at once', (option, value) => {
    expect(() => dnsResolver({ [option]: value })).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
  })

  it('says what it refuses, escaped', () => {
    expect(() => dnsResolver({ domains: ['\u001b[2J..'] })).toThrow("invalid domain name '\\x1b[2J..'")
  })
})

describe('checkedTransferLimits', () => {
  it('fills up with the defaults', () => {
    expect(checkedTransferLimits()).toEqual(DEFAULT_TRANSFER_LIMITS)
    expect(checkedTransferLimits({ time: 1 })).toEqual({ ...DEFAULT_TRANSFER_LIMITS, time: 1 })
  })

  it('takes undefined for the default', () => {
    expect(checkedTransferLimits({ records: undefined } as object)).toEqual(DEFAULT_TRANSFER_LIMITS)
  })

  it('has the documented defaults', () => {
    expect(DEFAULT_TRANSFER_LIMITS).toEqual({
      records: 5_000_000,
      bytes: 536_870_912,
      memory: 268_435_456,
      time: 120_000,
      silence: 5_000,
    })
  })
})
