import { DiscoveryError } from '../runtime/discovery-error.js'
import { quoteText } from '../runtime/text.js'

declare const checked: unique symbol

/**
 * The name of a storage cluster: one DNS label of letters, digits, minus and underscore, 1 to 63 characters, the first of which
 * is not a minus.
 *
 * Only {@link parseClusterName} makes one, so that a value of this type may stand in a path, a DNS name, on a terminal or on a
 * command line: with a leading minus it would be an option there, in every script that passes a name on.
 * Names are compared without case ({@link clusterNameKey}) and shown as published.
 */
export type ClusterName = string & { readonly [checked]: true }

const rule = /^(?!-)[A-Za-z0-9_-]{1,63}$/
// Dashes that word processors and rendered manual pages put where a zone file needs the ASCII minus.
const typographicDash = /[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/

/**
 * Reads a cluster name.
 *
 * @throws DiscoveryError `ERR_CLUSTER_NAME_INVALID` when the text breaks the rule; the message says how.
 */
export function parseClusterName(text: string): ClusterName {
  const fault = clusterNameFault(text)
  if (fault !== undefined) {
    throw new DiscoveryError('ERR_CLUSTER_NAME_INVALID', `invalid cluster name ${describe(text)}: ${fault}`)
  }
  return text as ClusterName // the one place where a text has just been checked
}

/**
 * Says what is wrong with a text as a cluster name, or `undefined` when nothing is.
 */
export function clusterNameFault(text: unknown): string | undefined {
  if (typeof text !== 'string') return 'it is not a string'
  if (rule.test(text)) return undefined
  if (text === '') return 'it is empty'
  if (typographicDash.test(text)) return 'it has a typographic dash; did you mean "-"'
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return 'only letters A-Z a-z, digits, "-" and "_" are allowed'
  if (text.length > 63) return `it has ${text.length} characters, and a DNS label holds 63`
  return 'it begins with "-", as options do'
}

/** The form in which cluster names are compared: DNS folds ASCII case (RFC 4343). */
export function clusterNameKey(name: ClusterName): string {
  return name.toLowerCase()
}

function describe(text: unknown): string {
  return typeof text === 'string' ? quoteText(text, { maxLength: 80 }) : `of type ${typeof text}`
}
