import { isDeepStrictEqual } from 'node:util'
import { canonicalAddress, DiscoveryError } from '@pstorage/discovery-core'
import { nameKey } from '@pstorage/dns-message'
import { type FuzzTarget, mutateText } from '@pstorage/fuzz'
import { parseDomain } from '../../src/config/domain-name.js'
import { parseNameServer } from '../../src/config/name-server.js'
import { parseResolvConf, type ResolvConf } from '../../src/config/resolv-conf.js'
import { settingsOf } from '../../src/config/system-settings.js'

const files = [
  'nameserver 192.0.2.53\nnameserver 2001:db8::53\nsearch pstorage.test example.test\noptions timeout:2 attempts:3\n',
  '# written by hand\ndomain pstorage.test\nnameserver fe80::1%eth0 ; a comment\noptions rotate use-vc trust-ad no-aaaa\r\n',
  'search .\nnameserver 127.0.0.53\noptions edns0 ndots:1 no-reload\n',
  'nameserver\t10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3\nnameserver 10.0.0.4\nsortlist 10.0.0.0/8\n',
] as const
const words = [
  'nameserver ',
  'search ',
  'domain ',
  'options ',
  'timeout:',
  'attempts:0',
  'rotate',
  'use-vc',
  'trust-ad',
  '192.0.2.53',
  '::1',
  'fe80::1%1',
  'pstorage.test',
  '.',
  '\\.',
  '\\256',
  'bücher.test',
  'serach ',
  ',',
  `${'x'.repeat(64)}.test`,
  'a..b',
] as const

/** Any resolv.conf: settings within their bounds, that are read the same when they are written again. */
export const target: FuzzTarget = {
  name: 'resolv-conf',
  time: 50,
  inputs: (random) => () => Buffer.from(mutateText(random.pick(files), random, words)),
  check(input) {
    const settings = parseResolvConf(Buffer.from(input).toString('utf8'))
    const { nameservers, search, options } = settings
    const sources = { resolvConf: '/etc/resolv.conf', environment: {}, hostname: 'h1' }
    const text = Buffer.from(input).toString('utf8')
    const used = settingsOf({ kind: 'read', text, missingTarget: undefined }, sources)
    if (used.gaps.length === 0 && used.domains.length < new Set(search ?? []).size - duplicates(search ?? [])) {
      throw new Error('a search domain was left out silently')
    }
    if (nameservers.length > 3) throw new Error('more than three name servers')
    for (const address of nameservers) {
      if (canonicalAddress(address) === undefined) throw new Error(`no address: ${JSON.stringify(address)}`)
      parseNameServer(address)
    }
    const { timeout = 1_000, attempts = 1 } = options
    if (timeout < 1_000 || timeout > 30_000 || attempts < 1 || attempts > 5)
      throw new Error('an option is out of bounds')
    for (const domain of search ?? []) checkDomain(domain)
    if (!isDeepStrictEqual(parseResolvConf(written(settings)), settings)) {
      throw new Error('it is read differently when it is written again')
    }
    return nameservers.length > 0
  },
}

/** The number of different words that mean the same domain. */
function duplicates(words: readonly string[]): number {
  const keys = words.map((word) => nameKey(parseDomain(word)))
  return new Set(words).size - new Set(keys).size
}

/** A domain, or an error of the one kind that whoever reads the settings looks for. */
function checkDomain(text: string): void {
  try {
    parseDomain(text)
  } catch (error) {
    if (!DiscoveryError.isInstance(error)) throw error
  }
}

function written({ nameservers, search, options }: ResolvConf): string {
  const { timeout, attempts, rotate, useVc, trustAd, noAaaa, noReload } = options
  const flags = { rotate, 'use-vc': useVc, 'trust-ad': trustAd, 'no-aaaa': noAaaa, 'no-reload': noReload }
  const numbers = { timeout: timeout === undefined ? undefined : timeout / 1_000, attempts }
  return [
    ...nameservers.map((address) => `nameserver ${address}`),
    ...(search === undefined ? [] : [`search ${search.length === 0 ? '.' : search.join(' ')}`]),
    ...Object.entries(numbers).flatMap(([name, value]) => (value === undefined ? [] : [`options ${name}:${value}`])),
    ...Object.entries(flags).flatMap(([name, isSet]) => (isSet === true ? [`options ${name}`] : [])),
  ].join('\n')
}
