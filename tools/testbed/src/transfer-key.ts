/** A key of transaction signatures (TSIG, RFC 8945), which in practice guards zone transfers. */
export interface TransferKey {
  /** A domain name, such as `transfer-key`. */
  readonly name: string
  readonly algorithm: TransferKeyAlgorithm
  /** The shared secret in base64. */
  readonly secret: string
}

/** The algorithms that all our servers know, by their names of RFC 8945 section 6. */
export type TransferKeyAlgorithm = 'hmac-sha1' | 'hmac-sha224' | 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512'

/** The key as BIND, `dig -k` and `nsupdate -k` read it. */
export function keyStatement({ name, algorithm, secret }: TransferKey): string {
  return `key "${name}" { algorithm ${algorithm}; secret "${secret}"; };`
}
