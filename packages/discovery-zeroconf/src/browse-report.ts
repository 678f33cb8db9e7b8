import type { MulticastQuestion } from './multicast-question.js'
import type { Instance } from './service-directory.js'

/** What a question makes of the instances that were heard of on one interface. */
export interface BrowseReport {
  /** Whether an instance, as far as it is known, is of what was asked for. */
  isWanted(instance: Instance): boolean
  /** What has yet to be told of an instance, as far as it matters. */
  missing(instance: Instance): readonly MulticastQuestion[]
  /** Emits what is complete. The same is not emitted again. */
  tell(instance: Instance): void
  /** Emits what can be said of an instance although something of it is missing: nobody is listening any more. */
  giveUp(instance: Instance): void
  /** How many results there are. */
  readonly count: number
  /** Whether somebody says that there is what was asked for, even without a result. */
  readonly isClaimed: boolean
}

/** What reports of all interfaces need to know of theirs. */
export interface ReportPlace {
  /** The name of the interface. */
  readonly interface: string
  readonly loopback: boolean
  /** How many results may be reported. */
  readonly results: number
  /** Called when there are more. */
  limitReached(): void
}
