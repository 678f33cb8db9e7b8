import { type ClusterName, parseClusterName } from '../../cluster-name.js'
import { escapeText } from '../../escape-text.js'
import { addressConcern, canonicalAddress } from '../../ip-address.js'
import type { Kept } from '../../keep/last-good.js'
import type { Statement } from '../../keep/round.js'
import type { Source } from '../../source.js'

/** What is known about one cluster, or about the names. */
export interface KeptAnswer {
  /** `null` for the names. */
  readonly cluster: ClusterName | null
  readonly kept: readonly Kept[]
}

/** Tells the two kinds of time apart: what runs in a process, and what survives it. */
export interface Times {
  /** Milliseconds of the clock. */
  readonly now: number
  /** Milliseconds since 1970. */
  readonly wallNow: number
}

const SCHEMA_VERSION = 1

/** Writes answers as JSON. */
export function writeDocument(answers: readonly KeptAnswer[], { now, wallNow }: Times): string {
  const written = answers.map(({ cluster, kept }) => ({
    cluster,
    statements: kept.map(({ statement, saidAt }) => ({ saidAt: Math.round(wallNow - (now - saidAt)), ...statement })),
  }))
  return `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, answers: written })}\n`
}

/**
 * Reads what {@link writeDocument} wrote, and believes nothing: names and addresses are parsed anew, a source is not
 * authenticated, and what claims to be from the future is from now.
 *
 * @throws Error that says what is wrong. One bad entry spoils the whole: nobody knows what else has happened to it.
 */
export function readDocument(text: string, times: Times): readonly KeptAnswer[] {
  const document = object(JSON.parse(text), 'the document')
  if (document.schemaVersion !== SCHEMA_VERSION) throw new Error(`schemaVersion is not ${SCHEMA_VERSION}`)
  return array(document.answers, 'answers').map((value) => {
    const answer = object(value, 'an answer')
    const cluster = answer.cluster === null ? null : parseClusterName(string(answer.cluster, 'cluster'))
    const type = cluster === null ? 'cluster' : 'endpoint'
    const kept = array(answer.statements, 'statements').map((statement) => readKept(statement, type, times))
    return { cluster, kept }
  })
}

function readKept(value: unknown, resultType: Statement['type'], { now, wallNow }: Times): Kept {
  const fields = object(value, 'a statement')
  const age = Math.max(0, wallNow - number(fields.saidAt, 'saidAt'))
  const statement = readStatement(fields)
  if (statement.type === 'endpoint' && resultType === 'cluster') throw new Error('an endpoint stands among the names')
  return { statement, saidAt: now - age, why: 'unheard', denials: 0, deniedAt: 0 }
}

function readStatement(fields: Fields): Statement {
  const source = readSource(object(fields.source, 'a source'))
  if (fields.type === 'cluster') {
    return { type: 'cluster', name: parseClusterName(string(fields.name, 'name')), source }
  }
  if (fields.type !== 'endpoint') throw new Error('a statement is of no known type')
  const address = string(fields.address, 'address')
  if (canonicalAddress(address) !== address) throw new Error('an address is not one')
  if (addressConcern(address)?.level === 'refuse') throw new Error('an address is none that a server can have')
  return {
    type: 'endpoint',
    address,
    port: whole(fields.port, 'port', 1),
    host: fields.host === null ? null : string(fields.host, 'host'),
    priority: fields.priority === null ? null : whole(fields.priority, 'priority', 0),
    weight: fields.weight === null ? null : whole(fields.weight, 'weight', 0),
    ttl: readTtl(fields.ttl),
    source,
    preference: array(fields.preference ?? [], 'preference').map((part) => number(part, 'preference')),
  }
}

function readSource(fields: Fields): Source {
  const [backend, method, origin] = ['backend', 'method', 'origin'].map((key) => string(fields[key], key))
  if (!backend || !method || !origin) throw new Error('a source is not whole')
  return { backend, method, origin, ttl: readTtl(fields.ttl), authenticated: false }
}

function readTtl(value: unknown): number | null {
  if (value === null) return null
  const ttl = number(value, 'ttl')
  if (ttl < 0) throw new Error('ttl is negative')
  return ttl
}

type Fields = Readonly<Record<string, unknown>>

function object(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${what} is no object`)
  return { ...value }
}

function array(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${what} is no array`)
  return value
}

/** A string without anything that escaping would have to change: what is kept was escaped before. */
function string(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new Error(`${what} is no string`)
  const escaped = escapeText(value, { maxLength: value.length })
  if (escaped.replaceAll('\\\\', '\\') !== value) throw new Error(`${what} has a control character`)
  return value
}

function number(value: unknown, what: string): number {
  if (!Number.isFinite(value)) throw new Error(`${what} is no number`)
  return value as number // which nothing else is finite as
}

function whole(value: unknown, what: string, least: number): number {
  const read = number(value, what)
  if (!Number.isInteger(read) || read < least || read > 65_535) throw new Error(`${what} is out of range`)
  return read
}
