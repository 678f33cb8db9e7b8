import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The documents that the root of the repository always has. */
export const ROOT_DOCUMENTS: readonly string[] = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md']

/** The Markdown documents whose code is checked, by path from the root; those of the root even where they are missing. */
export const documentsOf = (root: string): readonly string[] => [
  ...ROOT_DOCUMENTS,
  ...below(root, 'docs', true).filter((path) => path.endsWith('.md')),
  ...['packages', 'tools'].flatMap((parent) =>
    below(root, parent, false)
      .map((folder) => `${folder}/README.md`)
      .filter((path) => existsSync(join(root, path))),
  ),
]

const below = (root: string, folder: string, recursive: boolean): readonly string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive, encoding: 'utf8' })
        .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
        .toSorted()
    : []
