import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isObject, type Manifest } from './manifest.js'
import type { Workspace, WorkspaceFolder } from './workspace.js'

/** Reads the repository below `root`. Throws where a manifest is missing or is no JSON object. */
export const readWorkspace = (root: string): Workspace => ({
  license: readFileSync(join(root, 'LICENSE'), 'utf8'),
  references: referencesIn(readFileSync(join(root, 'tsconfig.json'), 'utf8')),
  folders: [
    {
      path: '',
      directory: '',
      kind: 'root',
      manifest: readManifest(join(root, 'package.json')),
      files: new Map(rootFiles(root).map((file) => [file, readFileSync(join(root, file), 'utf8')])),
    },
    ...readFolders(root, 'packages', 'package'),
    ...readFolders(root, 'tools', 'tool'),
  ],
})

/** The `path` of each reference in the text of a tsconfig.json. */
export const referencesIn = (text: string): readonly string[] => {
  const config: unknown = JSON.parse(text)
  const references = isObject(config) && Array.isArray(config.references) ? config.references : []
  return references.map((reference: unknown) => (isObject(reference) ? String(reference.path) : ''))
}

const readFolders = (root: string, parent: string, kind: WorkspaceFolder['kind']): readonly WorkspaceFolder[] => {
  if (!existsSync(join(root, parent))) return []
  return readdirSync(join(root, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({
      path: `${parent}/${entry.name}`,
      directory: entry.name,
      kind,
      manifest: readManifest(join(root, parent, entry.name, 'package.json')),
      files: readFiles(join(root, parent, entry.name)),
    }))
}

const readManifest = (path: string): Manifest => {
  const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (!isObject(manifest)) throw new Error(`${path} is not a JSON object`)
  return manifest
}

/** Files of the root that decide what is installed, and what runs with the rights of the repository. */
const rootFiles = (root: string): readonly string[] => [
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  ...(existsSync(join(root, WORKFLOWS))
    ? readdirSync(join(root, WORKFLOWS)).map((name) => `${WORKFLOWS}/${name}`)
    : []),
]

const WORKFLOWS = '.github/workflows'

/** Folders with generated files. */
const GENERATED = new Set(['node_modules', 'dist', 'coverage'])

const readFiles = (folder: string): ReadonlyMap<string, string> => {
  const files = new Map<string, string>()
  const walk = (directory: string, prefix: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = `${prefix}${entry.name}`
      if (entry.isDirectory() && !GENERATED.has(entry.name) && !entry.name.startsWith('.')) {
        walk(join(directory, entry.name), `${path}/`)
      } else if (entry.isFile()) {
        files.set(path, readFileSync(join(directory, entry.name), 'utf8'))
      }
    }
  }
  walk(folder, '')
  return new Map([...files].sort(([left], [right]) => (left < right ? -1 : 1)))
}
