/**
 * The name of an instance: `CLUSTER on HOST`, or `CLUSTER at ADDRESS:PORT`, with ` (2)` and so on where others have it already.
 *
 * At most 63 octets of UTF-8. What is too long is cut, the end of the host first and then that of the cluster; the blanks stay,
 * so that no cut name can be taken for that of another cluster.
 *
 * @see RFC 6763 section 4.1.1, RFC 6762 section 9
 */
export function instanceText(cluster: string, place: string, number: number): string {
  const suffix = number > 1 ? ` (${number})` : ''
  const spare = LABEL_OCTETS - octets(suffix)
  const where = cut(place, Math.max(SHORTEST_PLACE, spare - octets(cluster)))
  return `${cut(cluster, spare - octets(where))}${where}${suffix}`
}

/** The first label of the name of a host, with `-2` and so on where others have it already. @see RFC 6762 section 9 */
export function hostLabel(base: string, number: number): string {
  const suffix = number > 1 ? `-${number}` : ''
  const plain = base.replaceAll(/[^A-Za-z0-9-]+/g, '-').replaceAll(/^-+|-+$/g, '')
  return `pstorage-${cut(plain === '' ? 'host' : plain, LABEL_OCTETS - HOST_PREFIX_OCTETS - octets(suffix))}${suffix}`
}

const LABEL_OCTETS = 63
const HOST_PREFIX_OCTETS = 9
/** What of ` on HOST` is kept beside a long cluster name. */
const SHORTEST_PLACE = 20

/** The text without the end that makes it longer than `limit` octets; no character is cut apart. */
function cut(text: string, limit: number): string {
  let end = ''
  let length = 0
  for (const character of text) {
    length += octets(character)
    if (length > limit) break
    end += character
  }
  return end
}

function octets(text: string): number {
  return Buffer.byteLength(text, 'utf8')
}
