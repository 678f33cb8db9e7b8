import { inspect } from 'node:util'
import { DiscoveryError } from '@pstorage/discovery-core'
import { type FuzzTarget, mutateText } from '@pstorage/fuzz'
import { parseKeyFile } from '../../src/index.js'

const secret = 'c2l4dGVlbiBvY3RldHMgYXJlIGVub3VnaCBmb3IgYSB0ZXN0'
const files = [
  `key "transfer" {\n\talgorithm hmac-sha256;\n\tsecret "${secret}";\n};\n`,
  `# one\n// two\n/* three\n */ key transfer.key. { secret ${secret}; algorithm "HMAC-SHA512"; };`,
  `KEY k {algorithm hmac-sha1;secret "${secret}";};`,
] as const
const words = [
  'key ',
  'algorithm ',
  'secret ',
  'hmac-sha256',
  'hmac-md5',
  'hmac-sha512-256',
  `"${secret}"`,
  secret,
  'AAAA',
  '==',
  '};',
  '{',
  'server 192.0.2.1 { keys { k; }; };',
  '\\000',
  `${'x'.repeat(64)}`,
] as const

/** Any key file: a key that is read back from its own text, or an error with a place; and the secret is nowhere to be seen. */
export const target: FuzzTarget = {
  name: 'key-file',
  time: 50,
  inputs: (random) => () => Buffer.from(mutateText(random.pick(files), random, words)),
  check(input) {
    const text = Buffer.from(input).toString('utf8')
    try {
      const key = parseKeyFile(text)
      // A name may have any text in it, the secret too, and may be shown.
      const shown = inspect(key, { showHidden: true, depth: 9 }) + JSON.stringify(key)
      if (/c2l4|zxn0/i.test(shown) && !/c2l4|zxn0/.test(key.name)) throw new TypeError('the key shows its secret')
      const again = parseKeyFile(`key "${key.name}" { algorithm ${key.algorithm}; secret "${secret}"; };`)
      if (again.name !== key.name || again.algorithm !== key.algorithm)
        throw new TypeError('it is read back as another')
      return true
    } catch (error) {
      if (!DiscoveryError.isInstance(error)) throw error
      const { code, message } = error
      if (code !== 'ERR_OPTION_INVALID' || !/^\d+:\d+: [ -~]{1,200}$/.test(message))
        throw new TypeError(`unsound: ${message}`)
      if (/c2l4|dGVl|ZXN0/.test(message)) throw new TypeError('the error shows the secret')
      return false
    }
  },
}
