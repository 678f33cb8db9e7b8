import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { expect, it } from 'vitest'
import { keyFile } from '../src/index.js'

const key = { name: 'transfer-key', algorithm: 'hmac-sha256', secret: 'c2VjcmV0' } as const

it('writes a key as BIND reads it, for its owner alone', async () => {
  await using written = await keyFile(key)
  expect(await readFile(written.file, 'utf8')).toBe(
    'key "transfer-key" { algorithm hmac-sha256; secret "c2VjcmV0"; };\n',
  )
  expect((await stat(written.file)).mode & 0o777).toBe(0o600)
})

it('leaves nothing behind', async () => {
  const written = await keyFile(key)
  await written[Symbol.asyncDispose]()
  expect(existsSync(dirname(written.file))).toBe(false)
})
