import type { Workspace, WorkspaceFolder } from './workspace.js'

/** What a rule says of one file of a folder; an error unless it calls itself a warning. */
export interface RuleFinding {
  /** From the folder, such as `src/index.ts`. */
  readonly file: string
  readonly problem: string
  readonly remedy: string
  readonly severity?: 'warning'
}

/** One rule of the house. */
export interface Rule {
  /** Stable and in words, such as `file-length`. */
  readonly id: string
  /** The folders that it holds for. */
  readonly appliesTo: readonly WorkspaceFolder['kind'][]
  readonly check: (folder: WorkspaceFolder, workspace: Workspace) => readonly RuleFinding[]
}
