import type { Rule } from './rule.js'
import { dependencyVersions } from './rules/dependency-versions.js'
import { fileLength } from './rules/file-length.js'
import { fileNames } from './rules/file-names.js'
import { indexReExports } from './rules/index-re-exports.js'
import { installPolicy } from './rules/install-policy.js'
import { licenseText } from './rules/license-text.js'
import { lockFile } from './rules/lock-file.js'
import { manifestExports } from './rules/manifest-exports.js'
import { manifestFields } from './rules/manifest-fields.js'
import { manifestFiles } from './rules/manifest-files.js'
import { manifestKeyOrder } from './rules/manifest-key-order.js'
import { packageCount } from './rules/package-count.js'
import { readmeHeadings } from './rules/readme-headings.js'
import { rootReferences } from './rules/root-references.js'
import { testPlaces } from './rules/test-places.js'
import { toolManifest } from './rules/tool-manifest.js'
import { tsconfigReferences } from './rules/tsconfig-references.js'
import { workflows } from './rules/workflows.js'

/** Every rule, in the order in which it is best to fix what they find. */
export const RULES: readonly Rule[] = [
  packageCount,
  manifestFields,
  toolManifest,
  manifestKeyOrder,
  manifestExports,
  manifestFiles,
  dependencyVersions,
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
  workflows,
]
