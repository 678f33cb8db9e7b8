import { describe, expect, it } from 'vitest'
import { formatZoneLine, parseZoneLine } from '../../src/checks/zone/zone-line.js'

describe('a line of a zone in canonical form', () => {
  it.each([
    { id: 'SRV', line: '_pstorage._tcp.c1.pstorage.test. 60 IN SRV 0 1 2510 s1.pstorage.test.' },
    { id: 'A', line: 's1.pstorage.test. 60 IN A 192.0.2.1' },
    { id: 'AAAA', line: 's1.pstorage.test. 60 IN AAAA 2001:db8::1' },
    { id: 'CNAME', line: 'alias.pstorage.test. 60 IN CNAME s1.pstorage.test.' },
    { id: 'TXT', line: 'pstorage_clusters.pstorage.test. 60 IN TXT "c1,c2" "c3"' },
    { id: 'escapes', line: 'p.pstorage.test. 60 IN TXT "a\\"b\\\\c\\226\\136\\146 ;" ""' },
    { id: 'dot in a label', line: 'a\\.b.pstorage.test. 60 IN A 192.0.2.1' },
    { id: 'root as target', line: '_pstorage._tcp.c1.pstorage.test. 60 IN SRV 0 0 0 .' },
  ])('reads back as it was written: $id', ({ line }) => {
    const record = parseZoneLine(line)
    expect(record && formatZoneLine(record.name, record.ttl, record.data)).toBe(line)
  })

  it.each([
    { id: 'without class, with tabs', line: 's1.test.\t\t60\tA\t192.0.2.1', as: 's1.test. 60 IN A 192.0.2.1' },
    { id: 'strings without quotes', line: 'p.test. 60 IN TXT a\\;b c', as: 'p.test. 60 IN TXT "a;b" "c"' },
  ])('is read in the forms that programs write: $id', ({ line, as }) => {
    const record = parseZoneLine(line)
    expect(record && formatZoneLine(record.name, record.ttl, record.data)).toBe(as)
  })

  it.each([
    { id: 'other type', line: 'test. 60 IN MX 10 mail.test.' },
    { id: 'SOA', line: 'test. 60 IN SOA ns.test. host.test. 1 2 3 4 5' },
    { id: 'comment', line: '; File written on Thu' },
    { id: 'empty', line: '' },
    { id: 'prose', line: 'OK' },
  ])('is passed over where no check looks at it: $id', ({ line }) => {
    expect(parseZoneLine(line)).toBeUndefined()
  })
})
