import { canonicalAddress, DEFAULT_MDS_PORT, formatEndpoint } from '@pstorage/discovery-core'
import { parseBootstrapList } from '../bootstrap-list.js'

/**
 * What a line of a list should be: its good entries one a line, those that can only mean one thing mended, its comment
 * above them, and nothing else. Empty where nothing of it is left.
 */
export function mendedLine(line: string): string {
  const hash = line.search(/(?<![^,; \t])#/)
  const [entries, comment] = hash < 0 ? [line, undefined] : [line.slice(0, hash), line.slice(hash)]
  const items = entries.split(/[\s,;]+/u).filter((item) => item !== '')
  const text = items.map(mendedItem).join('\n')
  const endpoints = parseBootstrapList(text).entries.map(({ endpoint }) => formatEndpoint(endpoint))
  return [...(comment === undefined ? [] : [comment]), ...new Set(endpoints)].join('\n')
}

/** Look-alikes become what they look like, bare IPv6 gets its brackets, and a port of 0 the default one. */
function mendedItem(item: string): string {
  const plain = item.normalize('NFKC').replace(/\p{C}/gu, '')
  if (plain.includes(':') && canonicalAddress(plain) !== undefined) return `[${plain}]:${DEFAULT_MDS_PORT}`
  return plain.replace(/:0*$/, `:${DEFAULT_MDS_PORT}`)
}
