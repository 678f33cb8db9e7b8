import { namesByValue } from './names-by-value.js'

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

const names: ReadonlyMap<number, string> = namesByValue(RecordClass)

/** The mnemonic of a class, or `CLASS32` for one without (RFC 3597 section 5). */
export function recordClassName(value: number): string {
  return names.get(value) ?? `CLASS${value}`
}
