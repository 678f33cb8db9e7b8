import { splitCommands } from './split-commands.js'

/** Says what is wrong with a remedy, whether or not it fixes anything; empty where it may be pasted. */
export function remedyFaults(kind: 'command' | 'server' | 'other', text: string): readonly string[] {
  if (kind === 'server') return /\bany\b|allow-recursion/.test(text) ? [`gives access to every host: ${text}`] : []
  if (kind === 'other') return []
  try {
    return splitCommands(text).flatMap((words, index, all) => commandFaults(words, all[index - 1] ?? []))
  } catch (error) {
    return [(error as Error).message] // it throws nothing else
  }
}

const harmful = ['rm', 'rmdir', 'unlink', 'shred', 'dd', 'truncate', 'cp', 'tee', 'echo', 'eval', 'sh', 'bash']

function commandFaults(words: readonly string[], before: readonly string[]): readonly string[] {
  const [program = '', ...others] = words
  const shown = words.join(' ')
  const faults: string[] = []
  if (program === '' || harmful.includes(program)) faults.push(`runs ${program}: ${shown}`)
  if (program === 'mv' && others[0] !== '-nT') faults.push(`may replace what is there: ${shown}`)
  if (program === 'chmod' && /[ago]\+/.test(others[0] ?? '') && before.slice(0, 2).join(' ') !== 'test -L') {
    faults.push(`may open what a link chose: ${shown}`)
  }
  if (others.some((word) => word === 'any' || word === 'makestep')) faults.push(`has a word that does harm: ${shown}`)
  if (words.some((word) => /<[A-Z ]+>/.test(word))) faults.push(`has something to fill in: ${shown}`)
  return faults
}
