import { type Finding, type Heard, PORT, type Rule, recordsOf } from '../traffic.js'

/** Sections 6, 11, 17 and 18: ids, ports, flags, sizes, and no questions in responses. */
export const headers: Rule = ({ own }) => own.flatMap((heard) => problemsOf(heard))

/** Octets that fit into a frame of Ethernet beside the headers of IP and UDP. */
const FRAME = { 4: 1_472, 6: 1_452 }
const LEGACY_TTL = 10

function problemsOf({ at, from, to, hops, bytes, message, isMulticast }: Heard): readonly Finding[] {
  const { header, questions } = message
  const isLegacy = !isMulticast && to.port !== PORT
  const largest = FRAME[from.address.includes(':') ? 6 : 4]
  const rules: readonly (readonly [section: string, isBroken: boolean, problem: string])[] = [
    ['18.1', header.id !== 0 && !isLegacy, `has the id ${header.id}`],
    ['6', header.response && from.port !== PORT, `is a response from port ${from.port}`],
    ['6', isMulticast && to.port !== PORT, `goes to port ${to.port}`],
    ['6', header.response && questions.length > 0 && !isLegacy, `is a response with ${questions.length} questions`],
    ['6.7', isLegacy && questions.length === 0, 'answers a query by unicast DNS without its question'],
    ['6.7', isLegacy && recordsOf(message).some(({ ttl }) => ttl > LEGACY_TTL), 'has a long TTL for unicast DNS'],
    ['11', hops !== 255, `has the IP TTL ${hops}`],
    ['17', bytes.length > largest, `has ${bytes.length} octets`],
    ['18.3', header.opcode !== 0, `has the opcode ${header.opcode}`],
    ['18.4', header.response !== header.authoritative, 'has the wrong AA bit'],
    ['18.5', header.response && header.truncated && !isLegacy, 'is a response with the TC bit'],
    ['18.6', header.recursionDesired || header.recursionAvailable, 'has an RD or RA bit'],
    ['18.9', header.authenticData || header.checkingDisabled, 'has an AD or CD bit'],
    ['18.11', header.rcode !== 0, `has the response code ${header.rcode}`],
  ]
  return rules.flatMap(([section, isBroken, problem]) => (isBroken ? { at, section, problem } : []))
}
