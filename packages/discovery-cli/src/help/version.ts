import { packageFile } from './package-file.js'

/** The version of this package. */
export async function versionText(): Promise<string> {
  const manifest: unknown = JSON.parse(await packageFile('package.json'))
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '?'
  return `pstorage-discovery ${version}\n`
}
