import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressData, authorityData, RecordType, serviceData, textData } from '../src/index.js'
import { ipv4Text, ipv6Text } from '../src/message/octets.js'

const hex = (octets: string) => Buffer.from(octets, 'latin1').toString('hex')

describe('addressData', () => {
  it.each([
    ['192.0.2.255', 'c00002ff'],
    ['0.0.0.0', '00000000'],
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['1::', '00010000000000000000000000000000'],
    ['2001:DB8::a:0:ffff', '20010db8000000000000000a0000ffff'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
    ['::2:3:4:5:6:7:8', '00000002000300040005000600070008'],
    ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
    ['64:ff9b::192.0.2.1', '0064ff9b0000000000000000c0000201'],
    ['1:2:3:4:5:6:192.0.2.1', '000100020003000400050006c0000201'],
  ])('%s', (text, octets) => {
    const { type, data = '' } = addressData(text) ?? {}
    expect(hex(data)).toBe(octets)
    expect(type).toBe(octets.length === 8 ? RecordType.A : RecordType.AAAA)
  })

  it.each(['', 'x', '192.0.2', '192.0.2.01', '192.0.2.1%eth0', '1:2', 'fe80::1%eth0', '[::1]', '::g'])(
    '%j is not the address of a record',
    (text) => {
      expect(addressData(text)).toBeUndefined()
    },
  )

  it('reads what the reader writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const octets = Buffer.from(bytes).toString('latin1')
        expect(addressData(ipv6Text(bytes, 0))?.data).toBe(octets)
        expect(addressData(ipv4Text(bytes, 0))?.data).toBe(octets.slice(0, 4))
      }),
    )
  })
})

describe('textData', () => {
  it('writes strings with their lengths', () => {
    expect(textData([])).toBe('')
    expect(textData(['', 'ab', '\xff'.repeat(255)])).toBe(`\0\x02ab\xff${'\xff'.repeat(255)}`)
  })

  it('refuses a string that is too long', () => {
    expect(() => textData(['x'.repeat(256)])).toThrow(RangeError)
  })
})

it('serviceData writes priority, weight, port and target', () => {
  expect(hex(serviceData(0, 65_535, 2510, '\x01a\0'))).toBe('0000ffff09ce016100')
})

it('authorityData writes two names and five numbers of 32 bits', () => {
  const numbers = { serial: 2 ** 32 - 1, refresh: 65_536, retry: 255, expire: 256, minimum: 0 }
  expect(hex(authorityData('\x01a\0', '\0', numbers))).toBe('01610000ffffffff00010000000000ff0000010000000000')
})
