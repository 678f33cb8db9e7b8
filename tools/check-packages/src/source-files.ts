import type { WorkspaceFolder } from './workspace.js'

/** The TypeScript files below `src/`: path from the folder, and text. */
export const sourcesOf = (folder: WorkspaceFolder): readonly (readonly [string, string])[] =>
  typescriptBelow(folder, 'src/')

/** The TypeScript files below `test/`. */
export const testsOf = (folder: WorkspaceFolder): readonly (readonly [string, string])[] =>
  typescriptBelow(folder, 'test/')

const typescriptBelow = ({ files }: WorkspaceFolder, prefix: string): readonly (readonly [string, string])[] =>
  [...files].filter(([path]) => path.startsWith(prefix) && path.endsWith('.ts'))
