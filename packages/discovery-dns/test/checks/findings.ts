import type { Finding } from '@pstorage/discovery-core/checks'

/** All findings of a check. */
export const all = async (findings: AsyncIterable<Finding>): Promise<readonly Finding[]> => {
  const collected: Finding[] = []
  for await (const each of findings) collected.push(each)
  return collected
}

/** The faults, each as check and level. */
export const faults = (findings: Iterable<Finding>): readonly string[] =>
  [...findings].filter(({ level }) => level !== 'ok').map(({ check, level }) => `${check} ${level}`)
