import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { fetchFiles } from '../src/fetch-files.js'
import { runProgram } from '../src/run-program.js'
import { temporaryFolder } from './temporary-folder.js'

const place = temporaryFolder()
const source = join(place, 'source')
let integrity: string

beforeAll(async () => {
  mkdirSync(source)
  writeFileSync(join(source, 'package.json'), JSON.stringify({ name: 'stand-in', version: '1.0.0' }))
  writeFileSync(join(source, 'wanted'), 'text')
  writeFileSync(join(source, 'unwanted'), 'text')
  const tarball = (await runProgram('npm', ['pack', '--silent', '--pack-destination', place], { cwd: source })).trim()
  integrity = `sha512-${createHash('sha512')
    .update(readFileSync(join(place, tarball)))
    .digest('base64')}`
})

describe('fetchFiles', () => {
  it('brings the files that are wanted, and no others', async () => {
    const folder = mkdtempSync(join(place, 'fetched-'))
    await fetchFiles(source, integrity, ['wanted'], folder)
    expect(readFileSync(join(folder, 'package', 'wanted'), 'utf8')).toBe('text')
    expect(() => readFileSync(join(folder, 'package', 'unwanted'))).toThrow('ENOENT')
  })

  it('rejects a package that has been changed, and unpacks nothing of it', async () => {
    const folder = mkdtempSync(join(place, 'fetched-'))
    writeFileSync(join(source, 'wanted'), 'changed')
    await expect(fetchFiles(source, integrity, ['wanted'], folder)).rejects.toThrow('has the hash')
    expect(() => readFileSync(join(folder, 'package', 'wanted'))).toThrow('ENOENT')
  })
})
