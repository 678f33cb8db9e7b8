import { describe, expect, it } from 'vitest'
import { ednsOf, ResponseCode, readMessage, responseCode } from '../src/index.js'
import { dotted, message, record } from './wire.js'

const a = record(dotted('x.test'), 1, [1, 2, 3, 4])

describe('EDNS', () => {
  it('is unpacked from the OPT record, wherever in the section it stands', () => {
    const opt = record([0], 41, [0, 10, 0, 1, 7], { class: 1232, ttl: 0x01028000 })
    expect(ednsOf(readMessage(message({ additionals: [a, opt, a] })))).toEqual({
      udpPayloadSize: 1232,
      extendedRcode: 1,
      version: 2,
      dnssecOk: true,
      options: [{ code: 10, data: Uint8Array.of(7) }],
    })
  })

  it('has the flag of DNSSEC or not, whatever the other flags are', () => {
    const opt = record([0], 41, [], { class: 1232, ttl: 0x01027fff })
    expect(ednsOf(readMessage(message({ additionals: [opt] })))).toMatchObject({ dnssecOk: false, options: [] })
  })

  it('is missing without an OPT record', () => {
    expect(ednsOf(readMessage(message({ additionals: [a] })))).toBeUndefined()
  })

  const codes = [
    { name: 'the header alone', flags: 0x8003, ttl: undefined, code: ResponseCode.NXDOMAIN },
    { name: 'the header, with an OPT record that adds nothing', flags: 0x8005, ttl: 0, code: ResponseCode.REFUSED },
    { name: 'the OPT record', flags: 0x8000, ttl: 0x01000000, code: ResponseCode.BADVERS },
    { name: 'both', flags: 0x8007, ttl: 0x01000000, code: ResponseCode.BADCOOKIE },
    { name: 'all twelve bits', flags: 0x800f, ttl: 0xff000000, code: 4095 },
  ]
  it.each(codes)('gives the response code from $name', ({ flags, ttl, code }) => {
    const additionals = ttl === undefined ? [a] : [a, record([0], 41, [], { class: 1232, ttl })]
    expect(responseCode(readMessage(message({ flags, additionals })))).toBe(code)
  })
})
