import { formatEndpoint, type ResolveReport } from '@pstorage/discovery-core'
import { asciiText } from './ascii-text.js'
import { connectable } from './connectable.js'

/**
 * The endpoints as a `bs.list`, best first, under comments that say who named them; nothing where there are none that a reader
 * could connect to.
 *
 * @see pstorage-discovery(7), Discovery via bootstrap lists
 */
export function bsListOf({ cluster, endpoints: all }: ResolveReport): string {
  const endpoints = connectable(all)
  if (endpoints.length === 0) return ''
  const origins = new Set(
    endpoints.flatMap(({ sources }) => sources.map(({ method, origin }) => `${method} ${origin}`)),
  )
  return [`# cluster ${asciiText(cluster)}`, ...[...origins].map((origin) => `# from ${asciiText(origin)}`)]
    .concat(endpoints.map((endpoint) => asciiText(formatEndpoint(endpoint))))
    .map((line) => `${line}\n`)
    .join('')
}
