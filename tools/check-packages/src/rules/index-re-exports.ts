import type { Rule } from '../rule.js'
import { sourcesOf } from '../source-files.js'

/** An index is a list of names: it has no code of its own, and nothing becomes public by accident. */
export const indexReExports: Rule = {
  id: 'index-re-exports',
  appliesTo: ['package', 'tool'],
  check: (folder) => {
    const missing = folder.kind === 'package' && !folder.files.has('src/index.ts')
    return [
      ...(missing ? [{ file: 'src/index.ts', problem: 'is missing', remedy: 'export there what is public' }] : []),
      ...sourcesOf(folder)
        .filter(([file]) => file.endsWith('/index.ts'))
        .flatMap(([file, text]) => {
          const rest = text.replace(COMMENT, '').replace(RE_EXPORT, '').trim()
          if (rest === '') return []
          return [
            {
              file,
              problem: `does more than re-export by name: ${rest.split('\n', 1)[0]}`,
              remedy: "leave only lines like export { name } from './file.js'",
            },
          ]
        }),
    ]
  },
}

const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm
const RE_EXPORT = /^export (?:type )?\{[^}]*\} from '[^']+'$/gm
