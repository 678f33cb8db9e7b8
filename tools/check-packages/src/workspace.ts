import type { Manifest } from './manifest.js'

/** The root of the repository, or one folder below `packages/` or `tools/`. */
export interface WorkspaceFolder {
  /** From the root, such as `packages/discovery-dns`; empty for the root itself. */
  readonly path: string
  /** Its last part, such as `discovery-dns`. */
  readonly directory: string
  /** `package`: published. `tool`: private. `root`: what holds them. */
  readonly kind: 'root' | 'package' | 'tool'
  readonly manifest: Manifest
  /**
   * The text of every file that belongs to it, by path from the folder (`src/index.ts`), sorted; nothing built or
   * installed, and for the root only what decides what is installed, and the workflows.
   */
  readonly files: ReadonlyMap<string, string>
}

/** The repository as the rules see it. */
export interface Workspace {
  readonly license: string
  /** The `path` of each reference in the root's tsconfig.json. */
  readonly references: readonly string[]
  readonly folders: readonly WorkspaceFolder[]
}
