import { describe, expect, it } from 'vitest'
import {
  addressData,
  type NameErrorCode,
  nameFromText,
  RecordType,
  readMessage,
  serviceData,
  textData,
  type Update,
  type UpdateChange,
  type UpdatePrerequisite,
  wireName,
  writeUpdate,
} from '../src/index.js'
import { nameErrorOf } from './caught.js'
import { dotted, label, message, name, pointer, question, record, text, u16 } from './wire.js'

/** The octet at which the zone begins, to which the owners point. */
const ZONE = 12
const zone = nameFromText('x.test')
const owner = nameFromText('a.x.test')
const [wireOwner, zoneSection] = [[...label('a'), ...pointer(ZONE)], question(dotted('x.test'), 6)]
const address = addressData('192.0.2.1')?.data ?? ''
const other = addressData('192.0.2.2')?.data ?? ''
const [one, two] = [
  [192, 0, 2, 1],
  [192, 0, 2, 2],
]

const update = (parts: Partial<Update>): Uint8Array => writeUpdate({ id: 0xabcd, zone, changes: [], ...parts })
/** The flags of an update: its opcode and nothing else. */
const flags = 0x2800
/** A second record of the owner of the first. */
const again = pointer(ZONE + zoneSection.length)

describe('writeUpdate', () => {
  const prerequisites: readonly {
    readonly id: string
    readonly written: UpdatePrerequisite
    readonly answers: number[][]
  }[] = [
    {
      id: '2.4.1 RRset exists (value independent)',
      written: { kind: 'rrset-exists', owner, type: RecordType.A },
      answers: [record(wireOwner, 1, [], { class: 255, ttl: 0 })],
    },
    {
      id: '2.4.2 RRset exists (value dependent)',
      written: { kind: 'rrset-equals', owner, type: RecordType.A, data: [address, other] },
      answers: [record(wireOwner, 1, one, { ttl: 0 }), record(again, 1, two, { ttl: 0 })],
    },
    {
      id: '2.4.3 RRset does not exist',
      written: { kind: 'rrset-absent', owner, type: RecordType.SRV },
      answers: [record(wireOwner, 33, [], { class: 254, ttl: 0 })],
    },
    {
      id: '2.4.4 name is in use',
      written: { kind: 'name-in-use', owner },
      answers: [record(wireOwner, 255, [], { class: 255, ttl: 0 })],
    },
    {
      id: '2.4.5 name is not in use',
      written: { kind: 'name-not-in-use', owner },
      answers: [record(wireOwner, 255, [], { class: 254, ttl: 0 })],
    },
  ]
  it.each(prerequisites)('writes the prerequisite of RFC 2136 section $id', ({ written, answers }) => {
    const expected = message({ id: 0xabcd, flags, questions: [zoneSection], answers })
    expect(update({ prerequisites: [written] })).toEqual(expected)
  })

  const changes: readonly { readonly id: string; readonly written: UpdateChange; readonly authorities: number[][] }[] =
    [
      {
        id: '2.5.1 add to an RRset',
        written: { kind: 'add', owner, type: RecordType.A, ttl: 0x7fff_ffff, data: [address, other] },
        authorities: [record(wireOwner, 1, one, { ttl: 0x7fff_ffff }), record(again, 1, two, { ttl: 0x7fff_ffff })],
      },
      {
        id: '2.5.2 delete an RRset',
        written: { kind: 'delete-rrset', owner, type: RecordType.SRV },
        authorities: [record(wireOwner, 33, [], { class: 255, ttl: 0 })],
      },
      {
        id: '2.5.3 delete all RRsets from a name',
        written: { kind: 'delete-name', owner },
        authorities: [record(wireOwner, 255, [], { class: 255, ttl: 0 })],
      },
      {
        id: '2.5.4 delete an RR from an RRset',
        written: { kind: 'delete-records', owner, type: RecordType.A, data: [address, other] },
        authorities: [record(wireOwner, 1, one, { class: 254, ttl: 0 }), record(again, 1, two, { class: 254, ttl: 0 })],
      },
    ]
  it.each(changes)('writes the change of RFC 2136 section $id', ({ written, authorities }) => {
    const expected = message({ id: 0xabcd, flags, questions: [zoneSection], authorities })
    expect(update({ changes: [written] })).toEqual(expected)
  })

  it('writes prerequisites and changes in their order, and no name in RDATA compressed', () => {
    const srv = serviceData(0, 1, 2510, wireName(owner))
    const written = update({
      prerequisites: [
        { kind: 'name-in-use', owner: zone },
        { kind: 'rrset-absent', owner, type: RecordType.CNAME },
      ],
      changes: [
        { kind: 'delete-records', owner, type: RecordType.CNAME, data: [wireName(zone)] },
        { kind: 'add', owner: zone, type: RecordType.SRV, ttl: 300, data: [srv] },
        { kind: 'add', owner: zone, type: RecordType.TXT, ttl: 300, data: [textData(['a', 'b'])] },
      ],
    })
    const expected = message({
      id: 0xabcd,
      flags,
      questions: [zoneSection],
      answers: [
        record(pointer(ZONE), 255, [], { class: 255, ttl: 0 }),
        record(wireOwner, 5, [], { class: 254, ttl: 0 }),
      ],
      authorities: [
        record(pointer(ZONE + zoneSection.length + 12), 5, dotted('x.test'), { class: 254, ttl: 0 }),
        record(pointer(ZONE), 33, [...u16(0), ...u16(1), ...u16(2510), ...name('a', 'x', 'test')]),
        record(pointer(ZONE), 16, [...label('a'), ...label('b')]),
      ],
    })
    expect(written).toEqual(expected)
  })

  it('writes a zone of another class, and the root', () => {
    const owner = ['a.b', '\xff']
    const changes: readonly UpdateChange[] = [{ kind: 'add', owner, type: RecordType.TXT, ttl: 0, data: ['\x01z'] }]
    const expected = message({
      id: 0xabcd,
      flags,
      questions: [question([0], 6, 3)],
      authorities: [record(name('a.b', '\xff'), 16, [1, ...text('z')], { class: 3, ttl: 0 })],
    })
    expect(update({ zone: [], class: 3, changes })).toEqual(expected)
  })

  it('writes what readMessage reads', () => {
    const bytes = update({ changes: [{ kind: 'add', owner, type: RecordType.A, ttl: 300, data: [address] }] })
    const { header, questions, authorities } = readMessage(bytes)
    expect(header).toMatchObject({ id: 0xabcd, response: false, opcode: 5, recursionDesired: false })
    expect(questions).toEqual([{ name: zone, type: 6, class: 1 }])
    expect(authorities).toMatchObject([{ name: owner, data: { kind: 'A', address: '192.0.2.1' } }])
  })

  const names: readonly { readonly name: readonly string[]; readonly code: NameErrorCode }[] = [
    { name: ['', ...zone], code: 'ERR_NAME_LABEL_EMPTY' },
    { name: ['x'.repeat(64), ...zone], code: 'ERR_NAME_LABEL_TOO_LONG' },
    { name: [...Array(128).fill('a'), ...zone], code: 'ERR_NAME_TOO_LONG' },
    { name: ['\u0100', ...zone], code: 'ERR_NAME_CHARACTER' },
  ]
  it.each(names)('refuses the owner $name with $code', ({ name: owner, code }) => {
    expect(nameErrorOf(() => update({ changes: [{ kind: 'delete-name', owner }] })).code).toBe(code)
    expect(nameErrorOf(() => update({ prerequisites: [{ kind: 'name-in-use', owner }] })).code).toBe(code)
    expect(nameErrorOf(() => update({ zone: owner })).code).toBe(code)
  })

  const added = { kind: 'add', owner, type: RecordType.A, ttl: 300, data: [address] } as const
  const wrong: readonly (Partial<Update> & { readonly what: string })[] = [
    { what: 'an id that does not fit', id: 65_536 },
    { what: 'a negative id', id: -1 },
    { what: 'a class that does not fit', class: 65_536 },
    { what: 'a type that does not fit', changes: [{ ...added, type: 65_536 }] },
    { what: 'type 0', changes: [{ ...added, type: 0 }] },
    { what: 'type ANY', changes: [{ ...added, type: RecordType.ANY }] },
    { what: 'type AXFR', changes: [{ kind: 'delete-rrset', owner, type: RecordType.AXFR }] },
    { what: 'type OPT', changes: [{ ...added, type: RecordType.OPT }] },
    { what: 'type 128', prerequisites: [{ kind: 'rrset-exists', owner, type: 128 }] },
    { what: 'a negative TTL', changes: [{ ...added, ttl: -1 }] },
    { what: 'a TTL of 2^31', changes: [{ ...added, ttl: 0x8000_0000 }] },
    { what: 'half a second', changes: [{ ...added, ttl: 0.5 }] },
    { what: 'no record to add', changes: [{ ...added, data: [] }] },
    { what: 'no record to delete', changes: [{ kind: 'delete-records', owner, type: 1, data: [] }] },
    { what: 'an empty RRset', prerequisites: [{ kind: 'rrset-equals', owner, type: 1, data: [] }] },
    { what: 'an owner outside the zone', changes: [{ ...added, owner: nameFromText('ax.test') }] },
    { what: 'its parent', prerequisites: [{ kind: 'name-in-use', owner: ['test'] }] },
    { what: 'SRV without a target', changes: [{ ...added, type: RecordType.SRV, data: ['\0\0\0\0\0\0'] }] },
    { what: 'a name that does not end', changes: [{ ...added, type: RecordType.CNAME, data: ['\x05abc'] }] },
    { what: 'an update that is too long', changes: [{ ...added, type: 10, data: Array(300).fill('z'.repeat(250)) }] },
  ]
  it.each(wrong)('refuses $what', ({ what: _, ...parts }) => {
    expect(() => update(parts)).toThrow(RangeError)
  })
})
