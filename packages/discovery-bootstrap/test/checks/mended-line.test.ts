import { describe, expect, it } from 'vitest'
import { mendedLine } from '../../src/checks/mended-line.js'

describe('a mended line', () => {
  it.each([
    { id: 'good', line: '192.0.2.1:2510', mended: '192.0.2.1:2510' },
    { id: 'bare address', line: '192.0.2.1', mended: '192.0.2.1:2510' },
    { id: 'host name goes', line: 'mds1:2510, 192.0.2.1:2510', mended: '192.0.2.1:2510' },
    { id: 'IPv6 without brackets', line: '2001:db8::1', mended: '[2001:db8::1]:2510' },
    { id: 'port 0', line: '192.0.2.1:0', mended: '192.0.2.1:2510' },
    { id: 'no port after the colon', line: '192.0.2.1:', mended: '192.0.2.1:2510' },
    { id: 'full-width digits', line: '１92.0.2.1:2510', mended: '192.0.2.1:2510' },
    { id: 'no-break space', line: '192.0.2.1:2510\u00a0192.0.2.2:2510', mended: '192.0.2.1:2510\n192.0.2.2:2510' },
    { id: 'comment behind', line: '192.0.2.1:2510 # first', mended: '# first\n192.0.2.1:2510' },
    { id: 'multicast goes', line: '224.0.0.1:2510', mended: '' },
    { id: 'twice', line: '192.0.2.1:2510;192.0.2.1:2510', mended: '192.0.2.1:2510' },
  ])('says the same as far as it can: $id', ({ line, mended }) => {
    expect(mendedLine(line)).toBe(mended)
  })
})
