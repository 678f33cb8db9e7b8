import type { Finding } from './finding.js'
import { RULES } from './rules.js'
import type { Workspace } from './workspace.js'

/** Returns the findings of all rules, folder by folder. */
export const checkWorkspace = (workspace: Workspace): readonly Finding[] =>
  workspace.folders.flatMap((folder) =>
    RULES.filter((rule) => rule.appliesTo.includes(folder.kind)).flatMap((rule) =>
      rule.check(folder, workspace).map(
        ({ file, problem, remedy, severity }): Finding => ({
          rule: rule.id,
          file: folder.path === '' ? file : `${folder.path}/${file}`,
          problem,
          remedy,
          severity: severity ?? 'error',
        }),
      ),
    ),
  )
