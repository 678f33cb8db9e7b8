import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const packages = fileURLToPath(new URL('../../../packages', import.meta.url))

/** Sources that read files otherwise than by `readRegularFile` of core, and why they may. */
const exceptions: Readonly<Record<string, string>> = {
  'discovery-cli/src/doctor/network.ts': 'reads /proc',
  'discovery-cli/src/help/package-file.ts': 'reads a file of the package',
  'discovery-cli/src/main.ts': 'reads /proc',
  'discovery-cli/src/start/bundle.ts': 'reads a file of the package',
  'discovery-core/src/cache/last-good-store.ts': 'writes, and opens the directory to flush it',
  'discovery-core/src/runtime/random.ts': 'reads a device on purpose',
  'discovery-core/src/runtime/read-file.ts': 'is the one way',
  'discovery-core/src/runtime/replace-file.ts': 'writes, and opens the directory to flush it',
  'discovery-zeroconf/src/checks/port.ts': 'reads /proc',
  'discovery-zeroconf/src/link/group-socket.ts': 'reads /proc',
  'discovery-zeroconf/src/link/host-interfaces.ts': 'reads /sys',
}

it('SEC-4: files that others may have made are read in one way', async () => {
  const paths = await readdir(packages, { recursive: true })
  const sources = paths.filter((path) => /^[^/]+\/src\/.*\.ts$/.test(path))
  expect(sources.length).toBeGreaterThan(300)
  const readers: string[] = []
  for (const path of sources) {
    const [imports = ''] = (await readFile(join(packages, path), 'utf8')).split(/^export /m)
    if (/import [^;]*?\b(?:readFile|readFileSync|createReadStream|open|openSync)\b[^\n]* from 'node:fs/.test(imports)) {
      readers.push(path)
    }
  }
  expect(readers.sort()).toEqual(Object.keys(exceptions).sort())
})
