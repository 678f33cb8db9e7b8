import { importSpecifiers, packageOf } from '../import-specifiers.js'
import { LAYERS, SCOPE } from '../layers.js'
import type { Rule, RuleFinding } from '../rule.js'
import { sourcesOf } from '../source-files.js'
import type { Workspace } from '../workspace.js'

/** Sources import downwards only, and never a tool. */
export const importLayers: Rule = {
  id: 'import-layers',
  appliesTo: ['package'],
  check: (folder, workspace) => {
    const layer = LAYERS[folder.directory]
    if (layer === undefined) {
      return [
        { file: 'package.json', problem: 'no layer is known for it', remedy: 'decide what it may import in layers.ts' },
      ]
    }
    return sourcesOf(folder).flatMap(([file, text]) =>
      importSpecifiers(text)
        .map(packageOf)
        .filter((name): name is string => name?.startsWith(SCOPE) ?? false)
        .map((name) => name.slice(SCOPE.length))
        .filter((directory) => !layer.packages.includes(directory))
        .map((directory) => forbidden(file, directory, layer.packages, workspace)),
    )
  },
}

const forbidden = (
  file: string,
  directory: string,
  allowed: readonly string[],
  { folders }: Workspace,
): RuleFinding => {
  const isTool = folders.some((folder) => folder.kind === 'tool' && folder.directory === directory)
  return {
    file,
    problem: `imports ${isTool ? 'the tool ' : ''}${SCOPE}${directory}`,
    remedy: `only ${allowed.length === 0 ? 'Node' : allowed.join(', ')} may be imported here`,
  }
}
