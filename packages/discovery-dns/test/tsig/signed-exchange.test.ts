import { createHmac } from 'node:crypto'
import { RecordType, readMessage, writeQuery } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { TsigKey } from '../../src/index.js'
import { SignedExchange } from '../../src/tsig/signed-exchange.js'
import { readTsigData } from '../../src/tsig/tsig-record.js'
import { name } from '../records.js'

const octets = Buffer.from('0123456789abcdef0123456789abcdef')
const now = 1_700_000_000_999
const query = writeQuery({ id: 0xbeef, name: name('pstorage.test'), type: RecordType.AXFR, recursionDesired: false })

describe('a signed query', () => {
  it.each(['sha1', 'sha256', 'sha384', 'sha512'] as const)(
    'has the MAC of RFC 8945 section 4.3 with hmac-%s',
    (hash) => {
      const key = new TsigKey({ name: 'K.Test', algorithm: `hmac-${hash}`, secret: octets.toString('base64') })
      const { request } = new SignedExchange(key, query, () => now)
      const { additionals, lastRecordOffset } = readMessage(request)
      const [record] = additionals
      expect(record).toMatchObject({ name: ['k', 'test'], type: 250, class: 255, ttl: 0 })
      expect(Buffer.from(request.subarray(12, lastRecordOffset))).toEqual(Buffer.from(query.subarray(12)))

      const algorithm = Buffer.from(`${String.fromCharCode(5 + hash.length)}hmac-${hash}\0`, 'latin1')
      // 1,700,000,000 seconds, and 300 of fudge.
      const timers = Buffer.from('00006553f100012c', 'hex')
      const covered = [
        query,
        Buffer.from('\u0001k\u0004test\0', 'latin1'),
        Buffer.from('00ff00000000', 'hex'),
        algorithm,
        timers,
        Buffer.alloc(4),
      ]
      const mac = createHmac(hash, octets).update(Buffer.concat(covered)).digest()
      const length = Buffer.of(0, mac.length)
      const rdata = Buffer.concat([algorithm, timers, length, mac, Buffer.from('beef00000000', 'hex')])
      expect(record?.data.kind === 'opaque' && Buffer.from(record.data.bytes)).toEqual(rdata)
    },
  )
})

describe('readTsigData', () => {
  const whole = Buffer.concat([
    Buffer.from('\u0003abc\0', 'latin1'),
    Buffer.from('00006553f100012c', 'hex'),
    Buffer.from('0002aabb', 'hex'),
    Buffer.from('beef00120001cc', 'hex'),
  ])

  it('reads every field', () => {
    expect(readTsigData(whole)).toEqual({
      algorithm: ['abc'],
      time: 1_700_000_000,
      fudge: 300,
      mac: Buffer.of(0xaa, 0xbb),
      originalId: 0xbeef,
      error: 18,
      other: Buffer.of(0xcc),
    })
  })

  it('refuses whatever is shorter or longer', () => {
    for (let length = 0; length < whole.length; length += 1)
      expect(readTsigData(whole.subarray(0, length))).toBeUndefined()
    expect(readTsigData(Buffer.concat([whole, Buffer.of(0)]))).toBeUndefined()
  })

  it('refuses an algorithm that is a pointer (RFC 8945 section 4.2)', () => {
    expect(readTsigData(Buffer.concat([Buffer.of(0xc0, 0), whole.subarray(5)]))).toBeUndefined()
  })
})
