import type { Choice } from '../model/choice.js'
import { type ClusterName, clusterNameFault } from '../model/cluster-name.js'
import { addressConcern, canonicalAddress } from '../model/ip-address.js'
import type { Source } from '../model/source.js'
import type { RetainedResult } from '../retain/last-good.js'
import type { Assertion } from '../retain/poll.js'
import { escapeText } from '../runtime/text.js'

/** Retained results of one cluster, or of the names. */
export interface KeptAnswer {
  /** `null` for the names. */
  readonly cluster: ClusterName | null
  readonly kept: readonly RetainedResult[]
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
    statements: kept.map(({ assertion, assertedAt }) => ({
      saidAt: Math.round(wallNow - (now - assertedAt)),
      ...assertion,
    })),
  }))
  return `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, answers: written })}\n`
}

/**
 * Reads what {@link writeDocument} wrote, and believes nothing: names and addresses are parsed anew, a source is not
 * authenticated, and what claims to be from the future is from now.
 *
 * @throws Error that says what is wrong and never quotes the text: a link may lead to a file that only we can read. One bad entry spoils the whole: what else has happened to it is unknown.
 */
export function readDocument(text: string, times: Times): readonly KeptAnswer[] {
  const document = object(parseJson(text), 'the document')
  if (document.schemaVersion !== SCHEMA_VERSION) throw new Error(`schemaVersion is not ${SCHEMA_VERSION}`)
  return array(document.answers, 'answers').map((value) => {
    const answer = object(value, 'an answer')
    const cluster = answer.cluster === null ? null : clusterName(answer.cluster, 'cluster')
    const type = cluster === null ? 'cluster' : 'endpoint'
    const kept = array(answer.statements, 'statements').map((statement) => readKept(statement, type, times))
    return { cluster, kept }
  })
}

function readKept(value: unknown, resultType: Assertion['type'], { now, wallNow }: Times): RetainedResult {
  const fields = object(value, 'a statement')
  const age = Math.max(0, wallNow - number(fields.saidAt, 'saidAt'))
  const statement = readStatement(fields)
  if (statement.type === 'endpoint' && resultType === 'cluster') throw new Error('an endpoint stands among the names')
  return { assertion: statement, assertedAt: now - age, why: 'unheard', denials: 0, deniedAt: 0 }
}

function readStatement(fields: Fields): Assertion {
  const source = readSource(object(fields.source, 'a source'))
  if (fields.type === 'cluster') {
    return {
      type: 'cluster',
      name: clusterName(fields.name, 'name'),
      source,
      ...readChoice(fields.choice),
    }
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
    ...readChoice(fields.choice),
  }
}

/** Returns the choice of a retained result. What could not be asked then is of no use any more. */
function readChoice(value: unknown): { readonly choice?: Choice } {
  if (value === undefined) return {}
  const path = array(object(value, 'a choice').path, 'a path').map((label) => string(label, 'a path'))
  return { choice: { path, unanswered: [] } }
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('it is not JSON')
  }
}

function clusterName(value: unknown, what: string): ClusterName {
  const name = string(value, what)
  if (clusterNameFault(name) !== undefined) throw new Error(`${what} is not a cluster name`)
  return name as ClusterName // a name without a fault
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
