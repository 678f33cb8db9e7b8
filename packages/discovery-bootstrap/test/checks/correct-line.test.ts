import { describe, expect, it } from 'vitest'
import { correctLine } from '../../src/checks/entries.js'

describe('correctLine', () => {
  it.each([
    { id: 'good', line: '192.0.2.1:2510', corrected: '192.0.2.1:2510' },
    { id: 'bare address', line: '192.0.2.1', corrected: '192.0.2.1:2510' },
    { id: 'host name goes', line: 'mds1:2510, 192.0.2.1:2510', corrected: '192.0.2.1:2510' },
    { id: 'IPv6 without brackets', line: '2001:db8::1', corrected: '[2001:db8::1]:2510' },
    { id: 'port 0', line: '192.0.2.1:0', corrected: '192.0.2.1:2510' },
    { id: 'no port after the colon', line: '192.0.2.1:', corrected: '192.0.2.1:2510' },
    { id: 'full-width digits', line: '１92.0.2.1:2510', corrected: '192.0.2.1:2510' },
    { id: 'no-break space', line: '192.0.2.1:2510\u00a0192.0.2.2:2510', corrected: '192.0.2.1:2510\n192.0.2.2:2510' },
    { id: 'comment behind', line: '192.0.2.1:2510 # first', corrected: '# first\n192.0.2.1:2510' },
    { id: 'multicast goes', line: '224.0.0.1:2510', corrected: '' },
    { id: 'twice', line: '192.0.2.1:2510;192.0.2.1:2510', corrected: '192.0.2.1:2510' },
  ])('keeps its meaning: $id', ({ line, corrected }) => {
    expect(correctLine(line)).toBe(corrected)
  })

  it.each([
    { id: 'port of metadata servers', line: 'fe80::1:2510', address: '[fe80::1:2510]:2510', port: '[fe80::1]:2510' },
    { id: 'no port', line: '2001:db8::1', address: '[2001:db8::1]:2510', port: '[2001:db8::1]:2510' },
    { id: 'too low', line: '2001:db8::1:53', address: '[2001:db8::1:53]:2510', port: '[2001:db8::1:53]:2510' },
    { id: 'IPv4', line: '192.0.2.1:2510', address: '192.0.2.1:2510', port: '192.0.2.1:2510' },
    {
      id: 'all groups are there',
      line: '2001:db8:1:1:1:1:1:2510',
      address: '[2001:db8:1:1:1:1:1:2510]:2510',
      port: '[2001:db8:1:1:1:1:1:2510]:2510',
    },
  ])('has both readings of a last group: $id', ({ line, address, port }) => {
    expect([correctLine(line), correctLine(line, 'port')]).toEqual([address, port])
  })
})
