import type { Remedy } from '@pstorage/discovery-core/checks'
import { remedyFaults } from './remedy-faults.js'
import { shellFaults } from './shell-faults.js'
import { splitCommands } from './split-commands.js'

/** Words with a meaning for a shell, a zone, the settings of a name server or a terminal, for texts from outside. */
export const hostileWords: readonly [string, ...string[]] = [
  '`id`',
  '$(touch f)',
  '$HOME',
  ';',
  '&',
  '|',
  '>f',
  '<f',
  '\n',
  '\r',
  '\t',
  '\u001b[31m',
  "'",
  "'; touch f; #\n",
  '"',
  '"; };',
  '\\',
  "\\'",
  '*',
  '~',
  '!!',
  '-',
  '+',
  '{',
  '}',
  '(',
  ')',
  '$ORIGIN',
  '\u2212',
  '\u202e',
  'x'.repeat(1_000),
]

/** A text from outside, and the harmless one that {@link quotingFaults} puts in its place. */
export interface QuotedWord {
  readonly word: string
  readonly model: string
}

/** Options of {@link quotingFaults}. */
export interface QuotingOptions extends QuotedWord {
  /** Remedies that are made with the model in the place of the word. */
  readonly models: readonly Remedy[]
  /** True to run all commands in shells as well, which takes some 50 ms. */
  readonly isRun: boolean
}

/**
 * Says what is wrong with remedies that quote a text from outside: a command must have the words of one that quotes the model,
 * with the text for the model, and settings must be those of one that does, where the text is a plain name. Lines of other files
 * are left to the caller. Empty where all of them may be pasted.
 */
export function quotingFaults(remedies: readonly Remedy[], options: QuotingOptions): readonly string[] {
  const { word, model, models, isRun } = options
  const withoutWord = new Set(models.map((each) => shapeOf(each, (part) => part)))
  const withWord = new Set(models.map((each) => shapeOf(each, (part) => part.replaceAll(model, () => word))))
  const texts: string[] = []
  const faults = remedies.flatMap((each): readonly string[] => {
    const { kind, text } = each
    if (kind !== 'command' && kind !== 'server') return []
    if (!/^[\x20-\x7e\n]*$/.test(text)) return [`not printable: ${JSON.stringify(text)}`]
    const harm = remedyFaults(kind, text)
    if (harm.length > 0) return harm
    const shape = shapeOf(each, (part) => part)
    if (withoutWord.has(shape)) return []
    if (!withWord.has(shape)) return [`not what was meant: ${text}`]
    if (kind === 'server') return settingsFaults(word, text)
    texts.push(text)
    return []
  })
  return faults.length > 0 || !isRun || texts.length === 0 ? faults : shellFaults(texts.join('\n'))
}

/** The words of a command, or the text of settings, each part filled in. */
function shapeOf({ kind, text }: Remedy, fill: (part: string) => string): string {
  if (kind !== 'command') return `${kind} ${fill(text)}`
  return JSON.stringify(splitCommands(text).map((words) => words.map(fill)))
}

function settingsFaults(word: string, text: string): readonly string[] {
  // Each server quotes otherwise, so only names that need no quotes may stand there; and a path of BIND in its quotes.
  if (/^[A-Za-z0-9._-]*$/.test(word) || /^include "[^"\\\n]*";$/.test(text)) return []
  return [`settings hold ${JSON.stringify(word)}: ${text}`]
}
