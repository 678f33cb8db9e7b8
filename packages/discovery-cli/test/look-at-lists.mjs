// Looks at the list of each cluster in a directory and prints the names: what listing them costs Node.js at the least.
import { lstat, readdir } from 'node:fs/promises'

const [path] = process.argv.slice(2)
const names = (await readdir(path, { withFileTypes: true })).map(({ name }) => name)
for (let at = 0; at < names.length; at += 32) {
  await Promise.all(names.slice(at, at + 32).map((name) => lstat(`${path}/${name}/bs.list`)))
}
process.stdout.write(names.map((name) => `${name}\n`).join(''))
