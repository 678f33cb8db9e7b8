/** The imports that the sources of a package may have, besides Node.js and their own package. */
export interface PackageLayer {
  /** Packages of this repository, by folder. */
  readonly packages: readonly string[]
  /** Libraries from the registry. */
  readonly libraries: readonly string[]
  /**
   * The rooms, from the top. A line is a floor: what stands on it may import the floors below, and nothing of its own floor or above.
   * A room is a folder below `src/`, or one file of it; a folder inside of a room that has a line of its own is a room of its own.
   * Files of `src/` that stand on no floor, such as `index.ts`, are above all rooms. Left out while a package has no rooms.
   */
  readonly rooms?: readonly (readonly string[])[]
}

/** The order of the packages, and of the rooms inside each. */
export const LAYERS: Readonly<Record<string, PackageLayer>> = {
  'discovery-cli': {
    packages: ['discovery-core', 'discovery-dns', 'discovery-zeroconf', 'discovery-bootstrap'],
    libraries: ['fast-string-truncated-width'],
    rooms: [
      ['start'],
      ['help', 'completion'],
      ['commands'],
      ['checks'],
      ['doctor'],
      ['query'],
      ['output'],
      ['zone'],
      ['terminal'],
      ['args'],
      ['context.ts', 'exit-codes.ts'],
    ],
  },
  'discovery-dns': {
    packages: ['discovery-core', 'dns-message'],
    libraries: [],
    rooms: [
      ['checks'],
      ['checks/servers', 'checks/transfers'],
      ['checks/settings', 'checks/zone'],
      ['dns-resolver.ts'],
      ['transfer'],
      ['transfer/names'],
      ['lookup'],
      ['client'],
      ['client/transaction'],
      ['reply'],
      ['transport/tls'],
      ['transport'],
      ['config'],
    ],
  },
  'discovery-zeroconf': {
    packages: ['discovery-core', 'dns-message'],
    libraries: ['multicast-dns'],
    rooms: [['checks'], ['zeroconf-resolver.ts'], ['browse', 'announce'], ['records'], ['link']],
  },
  'discovery-bootstrap': {
    packages: ['discovery-core'],
    libraries: [],
    rooms: [['checks', 'watch'], ['directory'], ['list']],
  },
  'discovery-dns-server': {
    packages: ['dns-message'],
    libraries: ['dns2'],
    rooms: [['server'], ['transfer'], ['message'], ['zone'], ['key-ring.ts'], ['name-server-error.ts']],
  },
  'discovery-core': {
    packages: [],
    libraries: [],
    rooms: [
      ['contract'],
      ['cache', 'watch'],
      ['compose', 'retain'],
      ['master', 'probe', 'query'],
      ['report'],
      ['model'],
      ['runtime', 'checks'],
    ],
  },
  'dns-message': {
    packages: [],
    libraries: [],
    rooms: [['tsig'], ['read'], ['message'], ['name', 'registries.ts']],
  },
}

/** Libraries that need so much care that only some folders may import them, tests included. */
export const FENCES: Readonly<Record<string, { readonly folders: readonly string[]; readonly why: string }>> = {
  dns2: {
    folders: ['packages/discovery-dns-server', 'packages/dns-message'],
    why: 'it declares Node >= 22 and its decoder is unsafe on hostile input',
  },
  'multicast-dns': {
    folders: ['packages/discovery-zeroconf', 'tools/testbed', 'tools/bench'],
    why: 'its sockets are bound and filtered by our own code',
  },
}

/** The backends, which never import one another, not even in tests. */
export const BACKENDS: readonly string[] = ['discovery-dns', 'discovery-zeroconf', 'discovery-bootstrap']
