import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { installAlone } from '../src/install/install-alone.js'
import { runCommand } from '../src/install/run-command.js'

const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'install-alone-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** Packs a package of ours that depends on others of ours; resolves to its name and tarball. */
const packed = async (name: string, ...dependencies: readonly string[]): Promise<readonly [string, string]> => {
  const folder = temporaryFolder()
  const manifest = {
    name: `@pstorage/${name}`,
    version: '0.0.0',
    dependencies: Object.fromEntries(dependencies.map((dependency) => [`@pstorage/${dependency}`, '^0.0.0'])),
  }
  mkdirSync(join(folder, 'package'))
  writeFileSync(join(folder, 'package', 'package.json'), JSON.stringify(manifest))
  await runCommand('npm', ['pack', '--pack-destination', folder], join(folder, 'package'))
  return [manifest.name, join(folder, `pstorage-${name}-0.0.0.tgz`)]
}

describe('installAlone', () => {
  it('lists what a package brings, from the tarballs and from nowhere else', async () => {
    const tarballs = new Map([
      await packed('alpha', 'beta'),
      await packed('beta', 'gamma'),
      await packed('gamma'),
      await packed('delta'),
    ])
    expect(await installAlone('@pstorage/alpha', tarballs, temporaryFolder(), false)).toEqual([
      '@pstorage/alpha',
      '@pstorage/beta',
      '@pstorage/gamma',
    ])
  })

  it('rejects with what npm said when a dependency is not to be had', async () => {
    const tarballs = new Map([await packed('alpha', 'absent')])
    await expect(installAlone('@pstorage/alpha', tarballs, temporaryFolder(), false)).rejects.toThrow('ENOTCACHED')
  })
})
