import { isIPv4, isIPv6 } from 'node:net'
import {
  addressData,
  authorityData,
  type Octets,
  RecordType,
  serviceData,
  textData,
  type WireName,
} from '@pstorage/dns-message'
import { quote } from '../name-server-error.js'
import { maxDataLength, readAuthorityNumbers, type ZoneRecord } from './zone.js'
import { Fields, nameOf, secondsOf } from './zone-text-fields.js'
import { type Entry, scanZoneText, type TextPosition, type Token, zoneTextError } from './zone-text-scanner.js'

/** A record with its position in the text. */
export interface PositionedRecord extends ZoneRecord, TextPosition {}

/**
 * Reads the records of zone text (RFC 1035 section 5, `$TTL` of RFC 2308 section 4, times with the units of BIND).
 *
 * A record without a TTL has that of `$TTL`, else that of the record before; an SOA record without either has its own
 * MINIMUM. Types are SOA, NS, A, AAAA, CNAME, PTR, TXT and SRV; the class is IN. The generic forms of RFC 3597 are refused.
 *
 * @throws NameServerError `ERR_ZONE_INVALID` with line and column for anything else.
 */
export function* readZoneText(text: string, origin: WireName): Generator<PositionedRecord> {
  const state: State = { origin, ttl: undefined, lastTtl: undefined, owner: undefined }
  for (const entry of scanZoneText(text)) {
    const [first] = entry.tokens
    if (first === undefined) continue
    const directive = !entry.ownerOmitted && !first.quoted && first.text.startsWith('$')
    if (directive) applyDirective(new Fields(entry), state)
    else yield recordOf(entry, first, state)
  }
}

interface State {
  origin: WireName
  ttl: number | undefined
  lastTtl: number | undefined
  owner: WireName | undefined
}

function applyDirective(fields: Fields, state: State): void {
  const directive = fields.take('a directive')
  const name = directive.text.toUpperCase()
  if (name === '$ORIGIN') state.origin = fields.name('the origin', state.origin)
  else if (name === '$TTL') state.ttl = fields.seconds('the TTL')
  else throw zoneTextError(`${quote(directive.text)} is not supported; $ORIGIN and $TTL are`, directive)
  fields.expectEnd()
}

function recordOf(entry: Entry, first: Token, state: State): PositionedRecord {
  const fields = new Fields(entry)
  const owner = entry.ownerOmitted ? state.owner : nameOf(fields.take('the owner'), state.origin)
  if (owner === undefined) throw zoneTextError('the first record has no owner', first)
  state.owner = owner
  const explicit = takeTtlAndClass(fields)
  const token = fields.take('the type')
  const type = token.quoted ? undefined : types[token.text.toUpperCase()]
  if (type === undefined) {
    throw zoneTextError(`type ${quote(token.text)} is not one of ${Object.keys(types).join(', ')}`, token)
  }
  refuseGenericData(fields)
  const data = type.read(fields, state.origin)
  fields.expectEnd()
  if (data.length > maxDataLength) throw zoneTextError(`the record has more than ${maxDataLength} bytes`, first)
  state.lastTtl = explicit ?? state.lastTtl
  // The MINIMUM of the first SOA record is the default TTL without $TTL.
  if (type.code === RecordType.SOA) state.lastTtl ??= readAuthorityNumbers(data).minimum
  const ttl = explicit ?? state.ttl ?? state.lastTtl
  if (ttl === undefined) throw zoneTextError('the record has no TTL, and no $TTL is before it', first)
  return { owner, type: type.code, ttl, data, line: first.line, column: first.column }
}

// What begins with `\#` is bytes (RFC 3597 section 5), which a text or a name must not be made of.
function refuseGenericData(fields: Fields): void {
  const token = fields.peek()
  if (token?.text !== '\\#' || token.quoted) return
  throw zoneTextError('RDATA in the generic form (RFC 3597) is not supported; write a text "#" in quotes', token)
}

// The two may stand in either order, and each may be missing (RFC 1035 section 5.1).
function takeTtlAndClass(fields: Fields): number | undefined {
  let ttl: number | undefined
  let hasClass = false
  for (let token = fields.peek(); token !== undefined && !token.quoted; token = fields.peek()) {
    if (ttl === undefined && secondsOf(token.text) !== undefined) ttl = fields.seconds('the TTL')
    else if (!hasClass && /^(IN|CH|HS|CS|CLASS[0-9]+)$/i.test(token.text)) {
      if (token.text.toUpperCase() !== 'IN') throw zoneTextError(`class ${quote(token.text)} is not IN`, token)
      fields.take('the class')
      hasClass = true
    } else break
  }
  return ttl
}

interface TypeReader {
  readonly code: number
  read(fields: Fields, origin: WireName): Octets
}

const target = (code: number): TypeReader => ({ code, read: (fields, origin) => fields.name('the target', origin) })

const types: Readonly<Record<string, TypeReader>> = {
  SOA: { code: RecordType.SOA, read: readAuthority },
  NS: target(RecordType.NS),
  A: { code: RecordType.A, read: (fields) => readAddress(fields, isIPv4, 'an IPv4 address') },
  AAAA: { code: RecordType.AAAA, read: (fields) => readAddress(fields, isIPv6, 'an IPv6 address') },
  CNAME: target(RecordType.CNAME),
  PTR: target(RecordType.PTR),
  TXT: { code: RecordType.TXT, read: (fields) => textData(fields.strings()) },
  SRV: { code: RecordType.SRV, read: readService },
}

function readAuthority(fields: Fields, origin: WireName): Octets {
  const server = fields.name('the name server', origin)
  const mailbox = fields.name('the mailbox', origin)
  return authorityData(server, mailbox, {
    serial: fields.number('the serial', 2 ** 32 - 1),
    refresh: fields.seconds('the refresh time'),
    retry: fields.seconds('the retry time'),
    expire: fields.seconds('the expire time'),
    minimum: fields.seconds('the minimum'),
  })
}

function readService(fields: Fields, origin: WireName): Octets {
  const priority = fields.number('the priority', 65_535)
  const weight = fields.number('the weight', 65_535)
  const port = fields.number('the port', 65_535)
  return serviceData(priority, weight, port, fields.name('the target', origin))
}

function readAddress(fields: Fields, isAddress: (text: string) => boolean, kind: string): Octets {
  const token = fields.take('the address')
  const bytes = isAddress(token.text) && !token.quoted ? addressData(token.text) : undefined
  if (bytes === undefined) throw zoneTextError(`${quote(token.text)} is not ${kind}`, token)
  return bytes.data
}
