import type { DiscoverEvent, Question } from '@pstorage/discovery-core'
import type { BootstrapListWarningCode } from './bootstrap-list.js'

/**
 * What an operator should mend, as the resolver says it. Those of the list itself come from `parseBootstrapList`.
 *
 * - `bootstrap-no-list`: a cluster's directory without a `bs.list`
 * - `bootstrap-misnamed-list`: a `bs_list`, which nothing reads
 * - `bootstrap-list-unreadable`: a list that could not be looked at while listing names
 * - `bootstrap-list-too-large`: a list larger than `maxBytes`; it is not read
 * - `bootstrap-list-linked`: a list that is a link to that of another cluster; it is read
 * - `bootstrap-list-writable`, `bootstrap-list-owner`: others than root and this user can write the list; it is read
 * - `bootstrap-host-unresolved`: a host name in a list, of which no address could be found
 * - `bootstrap-name-invalid`: a directory with a list, whose name cannot be that of a cluster
 * - `bootstrap-name-ambiguous`: directories whose names differ in letter case alone
 * - `bootstrap-too-many-clusters`: more than `maxClusters`; the rest is ignored
 * - `bootstrap-more-warnings`: how many more there were of all these, after the first 100 of a directory
 */
export type BootstrapWarningCode =
  | BootstrapListWarningCode
  | 'bootstrap-no-list'
  | 'bootstrap-misnamed-list'
  | 'bootstrap-list-unreadable'
  | 'bootstrap-list-too-large'
  | 'bootstrap-list-linked'
  | 'bootstrap-list-writable'
  | 'bootstrap-list-owner'
  | 'bootstrap-host-unresolved'
  | 'bootstrap-name-invalid'
  | 'bootstrap-name-ambiguous'
  | 'bootstrap-too-many-clusters'
  | 'bootstrap-more-warnings'

/** A warning of the resolver, on its way. */
export interface BootstrapWarning {
  readonly code: BootstrapWarningCode
  /** One escaped line. */
  readonly message: string
}

const mostWarnings = 100

/** Emits the warnings about one directory, as many as somebody would read. */
export class WarningLog {
  readonly #question: Pick<Question<DiscoverEvent>, 'emit'>
  readonly #place: string
  #count = 0

  /** `place` is what the warnings are about, escaped. */
  constructor(question: Pick<Question<DiscoverEvent>, 'emit'>, place: string) {
    this.#question = question
    this.#place = place
  }

  add(warning: BootstrapWarning): void {
    this.#count += 1
    // A message that nobody will read need not be put into words.
    if (this.#count > mostWarnings) return
    this.#question.emit({ type: 'warning', code: warning.code, message: warning.message })
  }

  /** No more warnings come: says how many were left out. */
  close(): void {
    const more = this.#count - mostWarnings
    if (more <= 0) return
    const message = `${this.#place}: ${more} more ${more === 1 ? 'warning' : 'warnings'}`
    this.#question.emit({ type: 'warning', code: 'bootstrap-more-warnings', message })
  }
}
