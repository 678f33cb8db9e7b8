import type { ClusterName } from '@pstorage/discovery-core'
import type { AskSettings, PrintSettings } from '../command-line/settings.js'
import type { Format } from '../commands/command.js'

/** A question about clusters. */
export type Inquiry = DiscoverInquiry | ResolveInquiry

export interface DiscoverInquiry extends InquirySettings {
  readonly command: 'discover'
}

export interface ResolveInquiry extends InquirySettings {
  readonly command: 'resolve'
  readonly cluster: ClusterName
  /** How many endpoints are enough; at least 1. */
  readonly minEndpoints: number
  /** Milliseconds to ask again and again for; without it, one round is all. */
  readonly wait: number | undefined
  /** Whether to try a connection to each endpoint. */
  readonly probe: boolean
}

/** What the words about a failure depend on: who was asked, for what, and for how long. */
export interface Inquirer extends AskSettings {
  readonly cluster?: ClusterName | undefined
  readonly wait?: number | undefined
}

interface InquirySettings extends PrintSettings, AskSettings {
  readonly format: Format
}
