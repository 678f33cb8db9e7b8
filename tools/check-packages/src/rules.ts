import type { Rule } from './rule.js'
import { backendsApart } from './rules/backends-apart.js'
import { coreWithoutDns } from './rules/core-without-dns.js'
import { dependencyVersions } from './rules/dependency-versions.js'
import { fencedLibraries } from './rules/fenced-libraries.js'
import { fileLength } from './rules/file-length.js'
import { fileNames } from './rules/file-names.js'
import { importLayers } from './rules/import-layers.js'
import { indexReExports } from './rules/index-re-exports.js'
import { installPolicy } from './rules/install-policy.js'
import { licenseText } from './rules/license-text.js'
import { lockFile } from './rules/lock-file.js'
import { manifestExports } from './rules/manifest-exports.js'
import { manifestFields } from './rules/manifest-fields.js'
import { manifestFiles } from './rules/manifest-files.js'
import { manifestKeyOrder } from './rules/manifest-key-order.js'
import { packageCount } from './rules/package-count.js'
import { publishedDependencies } from './rules/published-dependencies.js'
import { readmeHeadings } from './rules/readme-headings.js'
import { relativeImports } from './rules/relative-imports.js'
import { rootReferences } from './rules/root-references.js'
import { testPlaces } from './rules/test-places.js'
import { toolManifest } from './rules/tool-manifest.js'
import { tsconfigReferences } from './rules/tsconfig-references.js'

/** Every rule, in the order in which it is best to mend things. */
export const RULES: readonly Rule[] = [
  packageCount,
  manifestFields,
  toolManifest,
  manifestKeyOrder,
  manifestExports,
  manifestFiles,
  dependencyVersions,
  publishedDependencies,
  importLayers,
  backendsApart,
  fencedLibraries,
  coreWithoutDns,
  relativeImports,
  tsconfigReferences,
  rootReferences,
  indexReExports,
  fileNames,
  fileLength,
  testPlaces,
  readmeHeadings,
  licenseText,
  lockFile,
  installPolicy,
]
