import type { Finding } from '@pstorage/discovery-core/checks'

/** Everything that a check finds. */
export const all = async (findings: AsyncIterable<Finding>): Promise<readonly Finding[]> => {
  const found: Finding[] = []
  for await (const each of findings) found.push(each)
  return found
}

/** What is amiss, in a word each. */
export const faults = (findings: Iterable<Finding>): readonly string[] =>
  [...findings].filter(({ level }) => level !== 'ok').map(({ check, level }) => `${check} ${level}`)
