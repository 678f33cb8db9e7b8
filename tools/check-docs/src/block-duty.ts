import type { CodeBlock } from './code-block.js'

/** The check that a block needs, or the fault that rules it out. */
export type BlockDuty =
  | { readonly kind: 'compile' | 'parse' | 'ignore' | 'none' }
  | { readonly kind: 'wrong'; readonly problem: string }

/** Decides by the words after the fence: `ts` is compiled, `ts ignore REASON` is not, `json` is parsed. */
export const blockDuty = ({ language, mark, closed }: CodeBlock): BlockDuty => {
  if (!closed) return { kind: 'wrong', problem: 'the fence is never closed' }
  if (language === 'json') return { kind: 'parse' }
  if (SCRIPTS.includes(language)) {
    return { kind: 'wrong', problem: `a block of ${language} is not checked: write it as ts` }
  }
  if (language !== 'ts') return { kind: 'none' }
  if (mark === '') return { kind: 'compile' }
  if (!/^ignore(?:\s|$)/.test(mark))
    return { kind: 'wrong', problem: `"ts ${mark}" means nothing: only ts ignore REASON does` }
  return mark === 'ignore' ? { kind: 'wrong', problem: 'ts ignore needs a reason after it' } : { kind: 'ignore' }
}

/** Other names of what would then go unchecked. */
const SCRIPTS = ['typescript', 'tsx', 'mts', 'cts', 'js', 'javascript', 'jsx', 'mjs', 'cjs']
