import { clusterNameFault, parseEndpoint } from '@pstorage/discovery-core'
import { type FuzzTarget, mutateText } from '@pstorage/fuzz'
import { clusterArgument } from '../../src/args/cluster-argument.js'
import { parseShareString } from '../../src/args/share-string.js'
import { UsageError } from '../../src/exit-codes.js'

const password = 'hunter2'
const texts = [
  `10.0.0.1,10.0.0.2:2510:/cluster123:${password}`,
  `[2001:db8::1]:2510,[::1]:/c:${password}`,
  `c:${password}`,
  'pstorage://my-cluster',
  'my-cluster.example.test',
  `mds1:2510,mds2:/c:${password}`,
] as const
const words = [
  password,
  ':/',
  ':',
  '://',
  'http://',
  'vstorage://',
  '10.0.0.1',
  '[::1]',
  ':2510',
  ',',
  'c',
  'x.y',
] as const

/** Any share string: a name with addresses, the same from its text again; or a usage error that shows no password. */
export const target: FuzzTarget = {
  name: 'share',
  time: 50,
  inputs: (random) => () => Buffer.from(mutateText(random.pick(texts), random, words)),
  check(input) {
    const text = Buffer.from(input).toString('utf8')
    const parsed = parseShareString(text)
    try {
      const { cluster, addresses } = clusterArgument({ argument: text })
      if (clusterNameFault(cluster) !== undefined) throw new TypeError(`no name: ${cluster}`)
      for (const address of addresses) parseEndpoint(address)
      const written = addresses.length === 0 ? cluster : `${addresses.join(',')}:/${cluster}`
      if (JSON.stringify(parseShareString(written)) !== JSON.stringify({ cluster, addresses })) {
        throw new TypeError(`${written} is read differently`)
      }
      return true
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
      if (/[\0-\x1f\x7f-\x9f]/.test(error.message)) throw new TypeError('the error is not escaped')
      if (isSecret(text) && error.message.includes(password))
        throw new TypeError(`the password is shown: ${error.message}`)
      return !('fault' in parsed) && !text.includes('://')
    }
  },
}

/** True if the password stands only in its place: behind the colon that follows a name. */
function isSecret(text: string): boolean {
  const before = /^(?:\d+\.\d+\.\d+\.\d+(?:,\d+\.\d+\.\d+\.\d+)*:\/[^:]*:|[A-Za-z0-9_-]+:(?![/\d]))/.exec(text)?.[0]
  return before !== undefined && !before.includes(password) && text.slice(before.length).includes(password)
}
