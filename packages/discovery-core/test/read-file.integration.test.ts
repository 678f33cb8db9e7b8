import { execFileSync } from 'node:child_process'
import { constants } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { FileError, openRegularFile, readRegularFile, readRegularFileSync } from '../src/index.js'

const maxOctets = 100_000
let directory = ''
const socket = createServer()

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pstorage-files-'))
  const at = (name: string): string => join(directory, name)
  await writeFile(at('text'), 'text')
  await writeFile(at('empty'), '')
  await writeFile(at('largest'), 'x'.repeat(maxOctets))
  await writeFile(at('larger'), 'x'.repeat(maxOctets + 1))
  await writeFile(at('sparse'), '')
  await truncate(at('sparse'), 1_900_000_000)
  await mkdir(at('directory'))
  execFileSync('mkfifo', [at('fifo')])
  await symlink(at('text'), at('link'))
  await symlink(at('loop'), at('loop'))
  await symlink(at('none'), at('dangling'))
  for (const device of ['zero', 'full', 'null']) await symlink(`/dev/${device}`, at(device))
  await new Promise<void>((resolve) => socket.listen(at('socket'), resolve))
})
afterAll(async () => {
  await new Promise((resolve) => socket.close(resolve))
  await rm(directory, { recursive: true })
})

const readable = { text: 4, link: 4, empty: 0, null: 0, largest: maxOctets }
const refused: readonly (readonly [name: string, code: string, reason: string])[] = [
  ['fifo', 'ERR_NOT_A_FILE', 'is a FIFO, not a regular file'],
  ['socket', 'ENXIO', 'is a socket or a device without a driver, not a regular file'],
  ['zero', 'ERR_NOT_A_FILE', 'is a device, not a regular file'],
  ['full', 'ERR_NOT_A_FILE', 'is a device, not a regular file'],
  ['directory', 'EISDIR', 'is a directory, not a regular file'],
  ['loop', 'ELOOP', 'cannot be read: ELOOP'],
  ['dangling', 'ENOENT', 'cannot be read: ENOENT'],
  ['larger', 'ERR_FILE_TOO_LARGE', 'is larger than 100000 octets'],
  ['sparse', 'ERR_FILE_TOO_LARGE', 'is larger than 100000 octets'],
]

describe.each([
  ['readRegularFile', (path: string) => readRegularFile(path, { maxOctets })],
  ['readRegularFileSync', async (path: string) => readRegularFileSync(path, maxOctets)],
])('SEC-4: %s', (_, read) => {
  it.each(Object.entries(readable))('reads %s', async (name, octets) => {
    expect((await read(join(directory, name))).bytes.length).toBe(octets)
  })

  it.each(refused)('refuses %s with %s, and allocates no more than the limit', async (name, code, reason) => {
    const path = join(directory, name)
    const before = process.memoryUsage().rss
    const error = await read(path).catch((each: unknown) => each)
    expect(error).toBeInstanceOf(FileError)
    expect(error).toMatchObject({ code, reason, message: `'${path}' ${reason}` })
    expect(process.memoryUsage().rss - before).toBeLessThan(16 * 1_024 * 1_024)
  })

  it('refuses a path with a zero octet', async () => {
    await expect(read('a\0b')).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  })
})

describe('openRegularFile', () => {
  it('follows no link with O_NOFOLLOW', async () => {
    await expect(openRegularFile(join(directory, 'link'), constants.O_NOFOLLOW)).rejects.toMatchObject({
      code: 'ELOOP',
    })
  })
})

describe('a file server that hangs', () => {
  it('SEC-4: is not waited for beyond the timeout', async () => {
    using timer = vi.spyOn(globalThis, 'setTimeout')
    // The time is over at once.
    timer.mockImplementation(((late: (error: unknown) => void, _: number, error: unknown) => late(error)) as never)
    const error = await readRegularFile(join(directory, 'text'), { maxOctets, timeout: 7 }).catch((each) => each)
    expect(error).toMatchObject({ code: 'ETIMEDOUT', reason: 'cannot be read: no answer within 7 ms' })
  })
})
