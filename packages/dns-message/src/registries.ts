/**
 * Types of resource records and of questions.
 *
 * @see the IANA registry "Resource Record (RR) TYPEs", RFC 6895 section 3.1
 */
export const RecordType = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  NULL: 10,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  RP: 17,
  AFSDB: 18,
  SIG: 24,
  KEY: 25,
  AAAA: 28,
  LOC: 29,
  SRV: 33,
  NAPTR: 35,
  CERT: 37,
  DNAME: 39,
  OPT: 41,
  APL: 42,
  DS: 43,
  SSHFP: 44,
  IPSECKEY: 45,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  DHCID: 49,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  SMIMEA: 53,
  HIP: 55,
  CDS: 59,
  CDNSKEY: 60,
  OPENPGPKEY: 61,
  CSYNC: 62,
  ZONEMD: 63,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
  URI: 256,
  CAA: 257,
} as const

const recordTypeNames: ReadonlyMap<number, string> = namesByValue(RecordType)

/** The mnemonic of a record type, or `TYPE65280` for one without (RFC 3597 section 5). */
export function recordTypeName(type: number): string {
  return recordTypeNames.get(type) ?? `TYPE${type}`
}

/**
 * Classes of resource records and of questions.
 *
 * @see RFC 1035 section 3.2.4, RFC 2136 section 1.3, RFC 6895 section 3.2
 */
export const RecordClass = {
  IN: 1,
  CH: 3,
  HS: 4,
  NONE: 254,
  ANY: 255,
} as const

const recordClassNames: ReadonlyMap<number, string> = namesByValue(RecordClass)

/** The mnemonic of a class, or `CLASS32` for one without (RFC 3597 section 5). */
export function recordClassName(value: number): string {
  return recordClassNames.get(value) ?? `CLASS${value}`
}

/**
 * Kinds of queries.
 *
 * @see RFC 1035 section 4.1.1, RFC 1996, RFC 2136, RFC 8490, RFC 6895 section 2.2
 */
export const Opcode = {
  QUERY: 0,
  IQUERY: 1,
  STATUS: 2,
  NOTIFY: 4,
  UPDATE: 5,
  DSO: 6,
} as const

const opcodeNames: ReadonlyMap<number, string> = namesByValue(Opcode)

/** The mnemonic of an opcode, or `OPCODE9` for one without. */
export function opcodeName(opcode: number): string {
  return opcodeNames.get(opcode) ?? `OPCODE${opcode}`
}

/**
 * Results of a query. Values above 15 need EDNS, or stand in a TSIG record, where 16 means BADSIG.
 *
 * @see RFC 1035 section 4.1.1, RFC 2136 section 2.2, RFC 6891 section 6.1.3, RFC 8945 section 3, RFC 6895 section 2.3
 */
export const ResponseCode = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  DSOTYPENI: 11,
  BADVERS: 16,
  BADKEY: 17,
  BADTIME: 18,
  BADMODE: 19,
  BADNAME: 20,
  BADALG: 21,
  BADTRUNC: 22,
  BADCOOKIE: 23,
} as const

const responseCodeNames: ReadonlyMap<number, string> = namesByValue(ResponseCode)

/** The mnemonic of a response code, or `RCODE3841` for one without. */
export function responseCodeName(code: number): string {
  return responseCodeNames.get(code) ?? `RCODE${code}`
}

/** The mnemonics of a registry by their values. */
function namesByValue(values: Readonly<Record<string, number>>): ReadonlyMap<number, string> {
  const names = new Map<number, string>()
  for (const [name, value] of Object.entries(values)) names.set(value, name)
  return names
}
