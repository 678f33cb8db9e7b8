import { randomOctets } from '@pstorage/discovery-core'
import type { Name } from '@pstorage/dns-message'

/** The longest name has fewer octets than this has bits. */
const RANDOM_OCTETS = 32

/**
 * The same name with letters in upper or lower case at random, one bit of what nobody can guess for each: servers send the
 * question back as it came, and whoever forges a reply has to guess it ("0x20").
 */
export function withRandomCase(name: Name): Name {
  const bits = randomOctets(RANDOM_OCTETS)
  let at = 0
  return name.map((label) =>
    label.replace(/[A-Za-z]/g, (letter) => {
      const isUpper = ((bits[at >> 3] ?? 0) >> (at & 7)) & 1
      at += 1
      return isUpper === 1 ? letter.toUpperCase() : letter.toLowerCase()
    }),
  )
}
