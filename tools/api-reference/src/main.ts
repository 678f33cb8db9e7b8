import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publishedPackages } from './published-packages.js'
import { makeReference } from './reference.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const folder = process.argv[2]
const packages = publishedPackages(root)
const { exports, isFaulty } = await makeReference(root, packages, folder === undefined ? undefined : resolve(folder))
console.log(`${packages.length} packages, ${exports} exports`)
process.exitCode = isFaulty || exports === 0 ? 1 : 0
