import { join } from 'node:path'
import {
  Application,
  type DeclarationReflection,
  LogLevel,
  ReflectionKind,
  TSConfigReader,
  type TypeDocOptions,
} from 'typedoc'
import type { PublishedPackage } from './published-packages.js'

/** The result of reading the sources. */
export interface Reference {
  /** Number of exports; 0 means that nothing was read. */
  readonly exports: number
  /** True where TypeDoc has reported a fault; it has printed the fault. */
  readonly isFaulty: boolean
}

/** Reads what the packages below `root` export, and writes the reference into `folder` where one is given. */
export const makeReference = async (
  root: string,
  packages: readonly PublishedPackage[],
  folder: string | undefined,
): Promise<Reference> => {
  const application = await Application.bootstrapWithPlugins(settings(root, packages), [new TSConfigReader()])
  const project = await application.convert()
  if (project === undefined) return { exports: 0, isFaulty: true }
  application.validate(project)
  for (const module of project.children ?? []) module.name = importedAs(module.name)
  if (folder !== undefined) await application.generateDocs(project, folder)
  // Where there is one entry point only, its exports are not in a module.
  const isModule = (child: DeclarationReflection): boolean => child.kindOf(ReflectionKind.Module)
  const exports = (project.children ?? []).flatMap((child) =>
    isModule(child) ? (child.children ?? []) : [child],
  ).length
  return { exports, isFaulty: application.logger.hasErrors() || application.logger.hasWarnings() }
}

/** The specifier that imports a module which TypeDoc has named after its path. */
const importedAs = (path: string): string => path.replace(/^packages\/([^/]+)\/src/, '@pstorage/$1')

const settings = (root: string, packages: readonly PublishedPackage[]): TypeDocOptions => ({
  name: 'pstorage-discovery',
  entryPoints: packages.flatMap(({ sources }) => sources.map((path) => join(root, path))),
  tsconfig: join(root, 'tools/api-reference/tsconfig.packages.json'),
  // Types are checked by the compiler that builds them.
  skipErrorChecking: true,
  basePath: root,
  readme: join(root, 'README.md'),
  disableGit: true,
  disableSources: true,
  excludeInternal: true,
  hideGenerator: true,
  logLevel: LogLevel.Warn,
  // The documents that the README leads to are not part of the reference.
  validation: { invalidLink: true, invalidPath: false, notDocumented: true, notExported: true },
  packagesRequiringDocumentation: packages.map(({ name }) => name),
  requiredToBeDocumented: ['Enum', 'Variable', 'Function', 'Class', 'Interface', 'TypeAlias'],
})
