import { namesByValue } from './names-by-value.js'

/**
 * What kind of query a message is.
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

const names: ReadonlyMap<number, string> = namesByValue(Opcode)

/** The mnemonic of an opcode, or `OPCODE9` for one without. */
export function opcodeName(opcode: number): string {
  return names.get(opcode) ?? `OPCODE${opcode}`
}
