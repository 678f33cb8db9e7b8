import type { Workspace, WorkspaceFolder } from './workspace.js'

/** The finding of a rule in one file of a folder; an error unless `severity` is `warning`. */
export interface RuleFinding {
  /** From the folder, such as `src/index.ts`. */
  readonly file: string
  readonly problem: string
  readonly remedy: string
  readonly severity?: 'warning'
}

/** One rule. */
export interface Rule {
  /** Stable and in words, such as `file-length`. */
  readonly id: string
  /** The folders that it holds for. */
  readonly appliesTo: readonly WorkspaceFolder['kind'][]
  readonly check: (folder: WorkspaceFolder, workspace: Workspace) => readonly RuleFinding[]
}
