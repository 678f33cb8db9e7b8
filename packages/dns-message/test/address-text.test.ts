import { describe, expect, it } from 'vitest'
import { ipv6Text } from '../src/message/octets.js'
import { u16 } from './wire.js'

/** Groups, and the one text of the address that they make. */
const rows: readonly [groups: readonly number[], text: string][] = [
  [[0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0203], '::ffff:192.0.2.3'],
  [[0, 0, 0, 0, 0, 0x1234, 0xc000, 0x0203], '::1234:c000:203'],
  [[1, 0, 0, 0, 0, 0xffff, 0xc000, 0x0203], '1::ffff:c000:203'],
  [[0, 0, 0, 0, 1, 0xffff, 0xc000, 0x0203], '::1:ffff:c000:203'],
  [[0x2001, 0xdb8, 0, 1, 0, 0xffff, 0, 2], '2001:db8:0:1:0:ffff:0:2'],
  [[0, 0, 0, 0, 0, 0, 0, 0], '::'],
  [[1, 0, 0, 2, 0, 0, 0, 3], '1:0:0:2::3'],
]

describe('the text of an IPv6 address', () => {
  it.each(rows)('%j is %s', (groups, text) => {
    expect(ipv6Text(Uint8Array.from(groups.flatMap(u16)), 0)).toBe(text)
  })
})
