import { describe, expect, it } from 'vitest'
import { nameFromWire } from '../src/index.js'
import { messageErrorOf } from './caught.js'
import { dotted, label, pointer } from './wire.js'

describe('nameFromWire', () => {
  it('reads a name anywhere in bytes', () => {
    const bytes = Uint8Array.from([9, 9, ...dotted('hmac-sha256'), 1, 2])
    expect(nameFromWire(bytes, 2)).toEqual({ name: ['hmac-sha256'], next: 15 })
    expect(nameFromWire(Uint8Array.of(0))).toEqual({ name: [], next: 1 })
  })

  it('refuses a name that does not end', () => {
    const error = messageErrorOf(() => nameFromWire(Uint8Array.from(label('abc'))))
    expect(error).toMatchObject({ code: 'ERR_MESSAGE_TRUNCATED', where: 'name' })
    expect(messageErrorOf(() => nameFromWire(Uint8Array.of(0), 1)).code).toBe('ERR_MESSAGE_TRUNCATED')
  })

  it('refuses pointers', () => {
    const bytes = Uint8Array.from([...dotted('a'), ...pointer(0)])
    expect(messageErrorOf(() => nameFromWire(bytes, 3)).code).toBe('ERR_MESSAGE_POINTER')
  })

  it('refuses wrong arguments as faults of the caller', () => {
    expect(() => nameFromWire(Uint8Array.of(0), -1)).toThrow(RangeError)
    // @ts-expect-error text is not bytes
    expect(() => nameFromWire('a')).toThrow(TypeError)
    // @ts-expect-error: not octets
    expect(() => nameFromWire(new DataView(new ArrayBuffer(12)))).toThrow(TypeError)
  })
})
