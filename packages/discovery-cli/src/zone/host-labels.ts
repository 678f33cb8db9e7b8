/** A label that may be a host name (RFC 1123 section 2.1); servers refuse addresses of others. */
const hostLabel = /^[a-z0-9](?:[a-z0-9-]{0,50}[a-z0-9])?$/

/**
 * Gives every host a label of its own in the new domain: the first label of its old name, else one made of its address.
 *
 * The addresses of one host share its label. Where hosts of different domains have the same first label, later ones get a
 * number.
 */
export class HostLabels {
  readonly #labels = new Map<string, string>()
  readonly #taken: Set<string>

  constructor(taken: readonly string[]) {
    this.#taken = new Set(taken)
  }

  labelOf({ host, address }: { readonly host: string | null; readonly address: string }): string {
    const first = host?.toLowerCase().split('.', 1)[0] ?? ''
    const isUsable = hostLabel.test(first)
    const key = isUsable ? `host ${host?.toLowerCase()}` : `address ${address}`
    const known = this.#labels.get(key)
    if (known !== undefined) return known
    const label = this.#free(isUsable ? first : `mds-${address.replaceAll(/[.:]+/g, '-').replace(/-$/, '-0')}`)
    this.#labels.set(key, label)
    return label
  }

  #free(wanted: string): string {
    let label = wanted
    for (let number = 2; this.#taken.has(label); number += 1) label = `${wanted}-${number}`
    this.#taken.add(label)
    return label
  }
}
