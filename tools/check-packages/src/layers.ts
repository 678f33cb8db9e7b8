/** What the sources of a package may import besides Node. */
export interface Layer {
  /** Directories of other packages here. */
  readonly packages: readonly string[]
  /** Libraries. */
  readonly libraries: readonly string[]
  /** Whether it is a backend: backends never import one another, not even in tests. */
  readonly backend?: true
}

/**
 * Which package may import what: cli -> {dns, zeroconf, bootstrap} -> core, and what reads the wire -> dns-message.
 *
 * A new row or a new entry is a decision about the architecture, and belongs into ARCHITECTURE.md too.
 */
export const LAYERS: Readonly<Record<string, Layer>> = {
  'discovery-core': { packages: [], libraries: [] },
  'dns-message': { packages: [], libraries: [] },
  'discovery-dns': { packages: ['discovery-core', 'dns-message'], libraries: [], backend: true },
  'discovery-zeroconf': { packages: ['discovery-core', 'dns-message'], libraries: ['multicast-dns'], backend: true },
  'discovery-bootstrap': { packages: ['discovery-core'], libraries: [], backend: true },
  'discovery-dns-server': { packages: ['dns-message'], libraries: ['dns2'] },
  'discovery-cli': {
    packages: ['discovery-core', 'discovery-dns', 'discovery-zeroconf', 'discovery-bootstrap'],
    libraries: ['fast-string-truncated-width'],
  },
}

/** The libraries that only some folders may touch, tests included, and why. */
export const FENCED_LIBRARIES: Readonly<Record<string, { readonly folders: readonly string[]; readonly why: string }>> =
  {
    dns2: {
      folders: ['discovery-dns-server', 'dns-message'],
      why: 'it declares Node >= 22 and its decoder is unsafe on hostile input',
    },
    'multicast-dns': {
      folders: ['discovery-zeroconf', 'testbed', 'bench'],
      why: 'it is bound and driven by sockets of ours, with their filter',
    },
  }

/** The scope of every package here. */
export const SCOPE = '@pstorage/'
