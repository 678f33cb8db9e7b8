import type { Attempt } from '@pstorage/discovery-core'
import type { RecordSetAnswer, RecordSetQuestion, RecordSetType } from '@pstorage/discovery-dns/checks'
import { tlsOptions } from '../args/settings.js'
import type { ReadRecords } from '../context.js'

/** Reads records from name servers. */
export const readRecords: ReadRecords = async (domain, questions, { servers, tls }, { timeout, signal }) => {
  const { readRecordSets } = await import('@pstorage/discovery-dns/checks')
  return readRecordSets(domain, questions, {
    timeout,
    signal,
    ...(servers.length > 0 && { servers }),
    ...(tls !== undefined && { tls: tlsOptions(tls) }),
  })
}

/** The records of a zone that were read. Names are absolute, without a dot at the end, and compared without case. */
export class ZoneContents {
  readonly #read: (questions: readonly RecordSetQuestion[]) => Promise<readonly RecordSetAnswer[]>
  readonly #answers = new Map<string, RecordSetAnswer>()
  readonly #failures: Attempt[] = []

  constructor(read: (questions: readonly RecordSetQuestion[]) => Promise<readonly RecordSetAnswer[]>) {
    this.#read = read
  }

  /** The queries that failed. */
  get failures(): readonly Attempt[] {
    return this.#failures
  }

  /** Reads the sets that have not been read yet. */
  async read(questions: readonly RecordSetQuestion[]): Promise<void> {
    const fresh = new Map(questions.map((question) => [keyOf(question), question] as const))
    for (const key of this.#answers.keys()) fresh.delete(key)
    const missing = [...fresh.values()]
    const answers = missing.length === 0 ? [] : await this.#read(missing)
    for (const [index, question] of missing.entries()) {
      const answer = answers[index]
      if (answer === undefined) continue
      this.#answers.set(keyOf(question), answer)
      if (answer.kind === 'failed') this.#failures.push(attemptOf(question, answer))
    }
  }

  /** Returns a set of records. */
  get(name: string, type: RecordSetType): RecordSetAnswer {
    const answer = this.#answers.get(keyOf({ name, type }))
    if (answer === undefined) throw new Error(`${type} of ${name} was not read`)
    return answer
  }

  /** Returns the data of a set of records; empty where there is none. */
  dataOf(name: string, type: RecordSetType): readonly string[] {
    const answer = this.get(name, type)
    return answer.kind === 'found' ? answer.data : []
  }
}

function keyOf({ name, type }: RecordSetQuestion): string {
  return `${name.toLowerCase()} ${type}`
}

function attemptOf(
  { name, type }: RecordSetQuestion,
  { status, server, error }: Extract<RecordSetAnswer, { kind: 'failed' }>,
): Attempt {
  const target = `${name} ${type}`
  return { backend: 'dns', method: null, target, server, status, count: 0, elapsedMs: 0, error, detail: null }
}
