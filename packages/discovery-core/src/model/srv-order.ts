import { type Random, systemRandom } from '../runtime/random.js'

/** The values that RFC 2782 orders by; an unknown one counts as 0. */
export interface SrvRank {
  readonly priority: number | null
  readonly weight: number | null
}

/**
 * Puts targets in the order in which a client should try them: lower priorities first, equal ones drawn by weight.
 *
 * The draw is that of RFC 2782, without its bias: the RFC's running sum starts at 0, which gives whatever stands first an
 * extra share (of two targets with weight 1 the first would win two times of three). Here 0 is drawn only for targets of
 * weight 0, which keep the very small chance that the RFC grants them; among positive weights the shares are exact.
 *
 * @returns a new array; the input is left alone.
 * @see RFC 2782, Weight
 */
export function orderByPriorityAndWeight<T extends SrvRank>(targets: readonly T[], random: Random = systemRandom): T[] {
  const sorted = targets.toSorted((a, b) => priorityOf(a) - priorityOf(b))
  const ordered: T[] = []
  let start = 0
  for (let end = 1; end <= sorted.length; end += 1) {
    const [first, next] = [sorted[start], sorted[end]]
    if (first !== undefined && next !== undefined && priorityOf(first) === priorityOf(next)) continue
    const group = sorted.slice(start, end)
    ordered.push(...(group.length === 1 ? group : drawByWeight(group, random)))
    start = end
  }
  return ordered
}

function drawByWeight<T extends SrvRank>(group: readonly T[], random: Random): T[] {
  const zeros = shuffled(
    group.filter((target) => weightOf(target) === 0),
    random,
  )
  const weighted = group.filter((target) => weightOf(target) > 0)
  let sum = weighted.reduce((total, target) => total + weightOf(target), 0)
  const drawn: T[] = []
  while (weighted.length > 0) {
    // 0 stands for the targets of weight 0, and is left out when there are none.
    const ticket = zeros.length > 0 ? random.below(sum + 1) : 1 + random.below(sum)
    if (ticket === 0) {
      drawn.push(...zeros.splice(0, 1))
      continue
    }
    const index = indexOfTicket(weighted, ticket)
    for (const target of weighted.splice(index, 1)) {
      sum -= weightOf(target)
      drawn.push(target)
    }
  }
  return [...drawn, ...zeros]
}

function indexOfTicket(weighted: readonly SrvRank[], ticket: number): number {
  let runningSum = 0
  return weighted.findIndex((target) => {
    runningSum += weightOf(target)
    return runningSum >= ticket
  })
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items]
  const drawn: T[] = []
  while (left.length > 0) drawn.push(...left.splice(random.below(left.length), 1))
  return drawn
}

function weightOf({ weight }: SrvRank): number {
  return weight ?? 0
}

function priorityOf({ priority }: SrvRank): number {
  return priority ?? 0
}
