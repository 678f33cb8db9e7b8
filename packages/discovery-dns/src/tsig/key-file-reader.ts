import { DiscoveryError } from '@pstorage/discovery-core'
import { KeyFileScanner, type KeyFileToken } from './key-file-scanner.js'
import { algorithmFault, isAlgorithm, isSecret, TsigKey } from './tsig-key.js'

/** Reads the one key of a key file. Its errors say where, and quote nothing that may be a secret in the wrong place. */
export class KeyFileReader {
  readonly #scanner: KeyFileScanner

  constructor(text: string) {
    this.#scanner = new KeyFileScanner(text)
  }

  /** @throws DiscoveryError `ERR_OPTION_INVALID` */
  read(): TsigKey {
    const key = this.#readKey()
    const next = this.#scanner.next()
    if (next.kind === 'end') return key
    const isKey = next.kind === 'word' && next.text.toLowerCase() === 'key'
    throw this.#fault(next, isKey ? 'there is a second key; leave the one that is meant' : 'nothing may follow the key')
  }

  #readKey(): TsigKey {
    const start = this.#scanner.next()
    if (start.kind !== 'word' || start.text.toLowerCase() !== 'key') {
      throw this.#fault(start, 'there is no key statement; write key "NAME" { algorithm hmac-sha256; secret "..."; };')
    }
    const name = this.#value('the name of the key')
    this.#expect('{')
    const { algorithm, secret } = this.#readClauses()
    this.#expect(';')
    if (!isAlgorithm(algorithm.text)) throw this.#fault(algorithm, algorithmFault(algorithm.text))
    if (!isSecret(secret.text)) throw this.#fault(secret, 'the secret is not base64')
    try {
      return new TsigKey({ name: name.text, algorithm: algorithm.text, secret: secret.text })
    } catch {
      throw this.#fault(name, 'the name of the key is not a domain name')
    }
  }

  #readClauses(): { readonly algorithm: KeyFileToken; readonly secret: KeyFileToken } {
    let algorithm: KeyFileToken | undefined
    let secret: KeyFileToken | undefined
    for (;;) {
      const token = this.#scanner.next()
      const clause = token.kind === 'word' ? token.text.toLowerCase() : ''
      if (token.kind === '}') {
        if (algorithm === undefined) throw this.#fault(token, 'the algorithm is missing')
        if (secret === undefined) throw this.#fault(token, 'the secret is missing')
        return { algorithm, secret }
      }
      if (clause === 'algorithm' && algorithm === undefined) {
        const { text, ...place } = this.#value('the algorithm')
        algorithm = { ...place, text: text.toLowerCase() }
      } else if (clause === 'secret' && secret === undefined) {
        // BIND reads base64 in several parts.
        const { text, ...place } = this.#value('the secret')
        secret = { ...place, text: text.replace(/[ \t]/g, '') }
      } else {
        throw this.#fault(token, 'a key has "algorithm NAME;" and "secret BASE64;", once each, and then "}"')
      }
      this.#expect(';')
    }
  }

  #value(what: string): KeyFileToken {
    const token = this.#scanner.next()
    if (token.kind === 'word' || token.kind === 'quoted') return token
    throw this.#fault(token, `${what} is missing`)
  }

  #expect(kind: '{' | ';'): void {
    const token = this.#scanner.next()
    if (token.kind !== kind) throw this.#fault(token, `a "${kind}" is missing before this`)
  }

  #fault({ kind, line, column }: KeyFileToken, fault: string): DiscoveryError {
    const what = kind === 'unfinished' ? 'a quotation or a comment does not end' : fault
    return new DiscoveryError('ERR_OPTION_INVALID', `${line}:${column}: ${what}`)
  }
}
