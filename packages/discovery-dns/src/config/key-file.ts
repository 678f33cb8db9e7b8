import { DiscoveryError, quoteText, type Warning } from '@pstorage/discovery-core'
import type { TsigAlgorithm, TsigKeyError } from '@pstorage/dns-message/tsig'
import { readOptionFile } from './option-file.js'
import { TsigKey } from './tsig-key.js'

/** Octets of a key file that are read at most; one key needs about 100. */
const MAX_OCTETS = 65_536
const READABLE_BY_OTHERS = 0o004

/** A key, and what is wrong with its file. */
export interface KeyFile {
  readonly key: TsigKey
  /** `tsig-key-readable` when everybody on this host can read the file. */
  readonly warnings: readonly Warning[]
}

/**
 * Reads a BIND key file: `key "name" { algorithm hmac-sha256; secret "..."; };`, as `tsig-keygen` writes it, with comments
 * of any of BIND's three kinds. Exactly one key may be in it, since a guess which of several is meant may be wrong.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID` with line and column, and never with a part of the secret
 */
export function parseKeyFile(text: string): TsigKey {
  return new KeyFileReader(text).read()
}

/**
 * Reads the key in a file.
 *
 * @throws DiscoveryError `ERR_OPTION_INVALID` when it cannot be read (the cause is the system error) or is none
 */
export async function readKeyFile(path: string): Promise<KeyFile> {
  const file = quoteText(path)
  const { text, mode } = await readOptionFile(path, { what: 'key file', maxOctets: MAX_OCTETS })
  let key: TsigKey
  try {
    key = parseKeyFile(text)
  } catch (error) {
    // It throws nothing else.
    throw invalid(`key file ${file}: ${(error as DiscoveryError).message}`)
  }
  if ((mode & READABLE_BY_OTHERS) === 0) return { key, warnings: [] }
  const message = `everybody on this host can read the key file ${file}: run "chmod o-r" on it, and change the key`
  return { key, warnings: [{ code: 'tsig-key-readable', message }] }
}

function invalid(message: string): DiscoveryError {
  return new DiscoveryError('ERR_OPTION_INVALID', message)
}

/** Reads the one key of a key file. Its errors say where, and quote nothing that may be a secret in the wrong place. */
class KeyFileReader {
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
    try {
      return new TsigKey({ name: name.text, algorithm: algorithm.text as TsigAlgorithm, secret: secret.text })
    } catch (error) {
      // It throws nothing else, with this cause.
      const { message, cause } = error as DiscoveryError & { readonly cause: TsigKeyError }
      const wrong = { ERR_TSIG_NAME: name, ERR_TSIG_ALGORITHM: algorithm, ERR_TSIG_SECRET: secret }
      throw this.#fault(wrong[cause.code], message)
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

/** A word, a quoted string, or a sign of a key file. */
export interface KeyFileToken {
  /** `unfinished`: a quotation or a comment that does not end. */
  readonly kind: 'word' | 'quoted' | '{' | '}' | ';' | 'end' | 'unfinished'
  /** Without quotation marks. */
  readonly text: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 code units. */
  readonly column: number
}

// Stryker disable next-line Regex: blanks one by one are the same blanks: it takes longer
const blank = /(?:\s+|(?:\/\/|#)[^\n\r]*|\/\*[\s\S]*?\*\/)*/y
const quoted = /"[^"\n\r]*"/y
// A comment begins between words only: an unquoted secret may hold "//".
const word = /[^\s{};"]+/y

/** Cuts the text of a key file into tokens, as BIND's configuration has them. */
class KeyFileScanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  next(): KeyFileToken {
    this.#at = this.#endOf(blank)
    const sign = this.#text[this.#at]
    if (sign === undefined) return this.#token('end', '')
    if (sign === '{' || sign === '}' || sign === ';') return this.#token(sign, sign)
    if (this.#text.startsWith('/*', this.#at)) return this.#token('unfinished', '')
    if (sign !== '"') return this.#token('word', this.#text.slice(this.#at, this.#endOf(word)))
    const end = this.#endOf(quoted)
    if (end === 0) return this.#token('unfinished', '')
    return this.#token('quoted', this.#text.slice(this.#at + 1, end - 1), end - this.#at)
  }

  /** Returns the end of the match of a pattern that begins here; 0 where none does. */
  #endOf(pattern: RegExp): number {
    pattern.lastIndex = this.#at
    pattern.test(this.#text)
    return pattern.lastIndex
  }

  #token(kind: KeyFileToken['kind'], text: string, length: number = text.length): KeyFileToken {
    const before = this.#text.slice(0, this.#at)
    const line = before.split(/\r\n|\n|\r/).length
    const column = this.#at - Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r'))
    this.#at += length
    return { kind, text, line, column }
  }
}
