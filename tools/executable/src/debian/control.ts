import { type Architecture, architectures } from '../architecture.js'

/** The control file of the package. */
export const controlText = (architecture: Architecture, version: string, kibibytes: number): string =>
  `Package: pstorage-discovery
Version: ${debianVersion(version)}
Architecture: ${architectures[architecture].debian}
Maintainer: pstorage-discovery maintainers <maintainers@pstorage-discovery.invalid>
Installed-Size: ${kibibytes}
Depends: libc6 (>= 2.28), libgcc-s1 (>= 3.4), libstdc++6 (>= 7)
Section: admin
Priority: optional
Description: find a storage cluster by its name
 Lists the storage clusters that can be found by DNS, in bootstrap lists and
 by zeroconf, and resolves the name of one to the addresses of its metadata
 servers.
 .
 Every answer names its source, and a cluster that does not exist is never
 confused with one that no source could be queried about.
`

/** A release candidate comes before its release: `1.0.0-rc.1` is `1.0.0~rc.1`. */
export const debianVersion = (version: string): string => version.replace('-', '~')
