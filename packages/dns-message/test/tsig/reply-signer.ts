import { createHmac } from 'node:crypto'
import { nameFromText, nameToWire } from '../../src/index.js'

/** The key of the tests. */
export const testKey = {
  name: 'Transfer.Key',
  algorithm: 'hmac-sha256',
  secret: 'c2l4dGVlbiBvY3RldHMgYXJlIGVub3VnaCBmb3IgYSB0ZXN0',
} as const

/** The fields of a signature; those that are left out are right. */
export interface SignatureParts {
  /** Seconds since 1970. */
  readonly time?: number
  readonly fudge?: number
  readonly error?: number
  readonly other?: Buffer
  readonly keyName?: string
  readonly algorithm?: string
  /** Makes another MAC of the right one. */
  readonly alterMac?: (mac: Buffer) => Buffer
}

const nameBytes = (text: string): Uint8Array => nameToWire(nameFromText(text))
const uint16 = (value: number): Buffer => Buffer.of(value >> 8, value & 255)
const uint48 = (value: number): Buffer => Buffer.concat([uint16(Math.floor(value / 2 ** 32)), uint32(value % 2 ** 32)])
function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Signs the messages of a response, octet by octet as RFC 8945 has it. It shares no code with what it is to test. */
export class ReplySigner {
  readonly #secret: Buffer
  #prior: Buffer
  #unsigned: Buffer[] = []
  #isFirst = true
  readonly requestTime: number

  /** @param query as it came, signed with HMAC-SHA256 */
  constructor(query: Buffer, secret: string = testKey.secret) {
    const macAt = query.length - 6 - 32
    this.#prior = query.subarray(macAt, macAt + 32)
    this.requestTime = query.readUIntBE(macAt - 10, 6)
    this.#secret = Buffer.from(secret, 'base64')
  }

  sign(message: Buffer, parts: SignatureParts = {}): Buffer {
    const { time = this.requestTime, fudge = 300, error = 0, other = Buffer.alloc(0) } = parts
    const { keyName = testKey.name, algorithm = testKey.algorithm, alterMac = (mac) => mac } = parts
    const owner = nameBytes(keyName)
    const timers = Buffer.concat([uint48(time), uint16(fudge)])
    const variables = Buffer.concat([
      nameBytes(keyName.toLowerCase()),
      uint16(255),
      uint32(0),
      nameBytes(algorithm),
      timers,
      uint16(error),
      uint16(other.length),
      other,
    ])
    const covered = [
      uint16(this.#prior.length),
      this.#prior,
      ...this.#unsigned,
      message,
      this.#isFirst ? variables : timers,
    ]
    const right = createHmac('sha256', this.#secret).update(Buffer.concat(covered)).digest()
    const mac = alterMac(right)
    this.#prior = right
    this.#unsigned = []
    this.#isFirst = false
    const id = message.subarray(0, 2)
    const data = [nameBytes(algorithm), timers, uint16(mac.length), mac, id, uint16(error), uint16(other.length), other]
    const rdata = Buffer.concat(data)
    const record = [owner, uint16(250), uint16(255), uint32(0), uint16(rdata.length), rdata]
    const whole = Buffer.concat([message, ...record])
    whole.writeUInt16BE(whole.readUInt16BE(10) + 1, 10)
    return whole
  }

  /** A message that is left unsigned, and covered by the next signature. */
  pass(message: Buffer): Buffer {
    this.#unsigned.push(message)
    return message
  }
}

/** The other data of BADTIME: the time of the server (RFC 8945 section 5.2.3). */
export const serverTime = uint48
