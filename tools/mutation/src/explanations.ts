import type { Explanation } from './explained.js'
import { axfrExplanations } from './explanations/axfr.js'
import { bsListExplanations } from './explanations/bs-list.js'
import { cachedExplanations } from './explanations/cached.js'
import { cachedFileExplanations } from './explanations/cached-file.js'
import { compositionExplanations } from './explanations/composition.js'
import { dnsMessageExplanations } from './explanations/dns-message.js'
import { tsigExplanations } from './explanations/tsig.js'

/** Every mutant that is known to survive, and why it may. */
export const explanations: readonly Explanation[] = [
  ...dnsMessageExplanations,
  ...axfrExplanations,
  ...tsigExplanations,
  ...bsListExplanations,
  ...compositionExplanations,
  ...cachedExplanations,
  ...cachedFileExplanations,
]
