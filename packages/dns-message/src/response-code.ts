import { namesByValue } from './names-by-value.js'

/**
 * What a response says about the query. Values above 15 need EDNS, or stand in a TSIG record, where 16 means BADSIG.
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

const names: ReadonlyMap<number, string> = namesByValue(ResponseCode)

/** The mnemonic of a response code, or `RCODE3841` for one without. */
export function responseCodeName(code: number): string {
  return names.get(code) ?? `RCODE${code}`
}
