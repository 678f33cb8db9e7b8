import { type Architecture, architectures, NODE_VERSION } from './architecture.js'

/**
 * Describes the contents of an executable, in CycloneDX 1.6: the components that pnpm lists from the lock file for the command, and the Node.js
 * around them. The same sources give the same text: when it was made, and a number drawn for it, are left out.
 *
 * @param listed what `pnpm sbom` prints
 * @throws Error when that is no such list
 */
export const billOfMaterials = (listed: string, architecture: Architecture): string => {
  const { serialNumber: _, metadata, components, dependencies, ...rest } = JSON.parse(listed)
  if (rest.bomFormat !== 'CycloneDX' || ![components, dependencies].every(Array.isArray)) {
    throw new Error('pnpm sbom has printed something else')
  }
  const { timestamp: __, ...about } = metadata
  const node = nodeComponent(architecture)
  const command = about.component['bom-ref']
  const needs = dependencies.map(({ ref, dependsOn }: Needs) => {
    return { ref, dependsOn: [...dependsOn, ...(ref === command ? [node['bom-ref']] : [])].toSorted() }
  })
  const whole = {
    ...rest,
    metadata: about,
    components: sortedBy('bom-ref', [...components, node]),
    dependencies: sortedBy('ref', needs),
  }
  return `${JSON.stringify(whole, undefined, 2)}\n`
}

/** pnpm lists them in another order each time. */
const sortedBy = <Item extends Readonly<Record<string, unknown>>>(
  key: string,
  items: readonly Item[],
): readonly Item[] => items.toSorted((left, right) => (String(left[key]) < String(right[key]) ? -1 : 1))

/** The words after `pnpm` that list what the command is made of. */
export const SBOM_WORDS: readonly string[] = [
  ...['--filter', '@pstorage/discovery-cli', 'sbom', '--prod'],
  ...['--sbom-format', 'cyclonedx', '--sbom-spec-version', '1.6', '--sbom-type', 'application'],
]

interface Needs {
  readonly ref: string
  readonly dependsOn: readonly string[]
}

const nodeComponent = (architecture: Architecture): Readonly<Record<string, unknown>> => {
  const { nodePackage, integrity } = architectures[architecture]
  const purl = `pkg:npm/${nodePackage}@${NODE_VERSION}`
  return {
    type: 'platform',
    name: 'node',
    version: NODE_VERSION,
    purl,
    'bom-ref': purl,
    description: 'Node.js, with all that is built into it; without its symbols',
    externalReferences: [
      {
        type: 'distribution',
        url: `https://www.npmjs.com/package/${nodePackage}/v/${NODE_VERSION}`,
        hashes: [{ alg: 'SHA-512', content: hexOf(integrity) }],
      },
    ],
  }
}

const hexOf = (integrity: string): string => Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex')
