/** A domain name for a message: text with `\.`, `\\` and `\DDD` (RFC 1035 section 5.1), or its very bytes on the wire. */
export type DnsName = string | Uint8Array

/** The labels of a name in text; a final dot makes no difference. */
function labelBytes(name: string): Buffer[] {
  const labels: Buffer[] = []
  let label: Buffer[] = []
  const close = (): void => {
    const bytes = Buffer.concat(label)
    if (bytes.length === 0 || bytes.length > 63) {
      throw new RangeError(`a label of ${bytes.length} bytes in ${JSON.stringify(name)}: give the name as bytes`)
    }
    labels.push(bytes)
    label = []
  }
  for (const [token] of name.matchAll(/\\[0-9]{3}|\\.|[^\\.]+|\./gsu)) {
    if (token === '.') close()
    else label.push(tokenBytes(token))
  }
  if (label.length > 0) close()
  return labels
}

/** A name in text, without compression. */
export function nameBytes(name: DnsName): Buffer {
  if (typeof name !== 'string') return Buffer.from(name)
  const labels = name === '.' ? [] : labelBytes(name)
  return Buffer.concat([...labels.flatMap((label) => [Buffer.of(label.length), label]), Buffer.of(0)])
}

/** Writes names, each as far as possible as a pointer to one written before (RFC 1035 section 4.1.4). */
export class NameCompressor {
  readonly #places = new Map<string, number>()

  /** The bytes of a name that will stand at `offset`. */
  write(name: DnsName, offset: number): Buffer {
    if (typeof name !== 'string' || name === '.') return nameBytes(name)
    const labels = labelBytes(name)
    const parts: Buffer[] = []
    let place = offset
    for (let index = 0; index < labels.length; index += 1) {
      const suffix = Buffer.concat(labels.slice(index).flatMap((label) => [Buffer.of(label.length), label]))
      const key = suffix.toString('latin1')
      const known = this.#places.get(key)
      if (known !== undefined) {
        parts.push(Buffer.of(0xc0 | (known >> 8), known & 0xff))
        return Buffer.concat(parts)
      }
      if (place < 0x4000) this.#places.set(key, place)
      const label = labels[index] ?? Buffer.alloc(0)
      parts.push(Buffer.of(label.length), label)
      place += 1 + label.length
    }
    return Buffer.concat([...parts, Buffer.of(0)])
  }
}

function tokenBytes(token: string): Buffer {
  if (/^\\[0-9]{3}$/.test(token)) return Buffer.of(Number(token.slice(1)))
  return Buffer.from(token.startsWith('\\') ? token.slice(1) : token, 'utf8')
}
