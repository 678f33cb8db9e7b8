import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { keyFile, testCertificates } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { testKey } from '../../dns-message/test/tsig/reply-signer.js'
import { checkOptionFiles, TsigKey } from '../src/index.js'

const invalid = (message: RegExp) => ({ code: 'ERR_OPTION_INVALID', message: expect.stringMatching(message) })

describe('checkOptionFiles', () => {
  it('accepts files that can be used, and options without any', async () => {
    await using key = await keyFile(testKey)
    await using certificates = await testCertificates()
    await checkOptionFiles({ tsigKey: { file: key.file }, tls: { ca: { file: certificates.caFile } } })
    await checkOptionFiles({ tsigKey: new TsigKey(testKey), tls: true })
    await checkOptionFiles({})
  })

  it.each([
    ['a missing key', { tsigKey: { file: '/nonexistent' } }, /^key file '\/nonexistent' cannot be read: ENOENT$/],
    ['a directory for a key', { tsigKey: { file: '/' } }, /^key file '\/' is a directory, not a regular file$/],
    ['missing CAs', { tls: { ca: { file: '/nonexistent' } } }, /^the CA file '\/nonexistent' cannot be read: ENOENT$/],
    ['a directory for CAs', { tls: { ca: { file: '/' } } }, /^the CA file '\/' is a directory, not a regular file$/],
    ['CAs that are none', { tls: { ca: { file: '/etc/passwd' } } }, /has no certificate in PEM/],
    ['an option that cannot work', { tsigKey: { file: '' } }, /the file has no name/],
  ])('rejects for %s', async (_, options, message) => {
    await expect(checkOptionFiles(options)).rejects.toMatchObject(invalid(message))
  })

  it.runIf(process.platform === 'linux')('does not wait for a pipe', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'pstorage-pipe-'))
    const file = join(directory, 'pipe')
    await promisify(execFile)('mkfifo', [file])
    const pipe = invalid(/is a FIFO, not a regular file$/)
    await expect(checkOptionFiles({ tsigKey: { file } })).rejects.toMatchObject(pipe)
    await expect(checkOptionFiles({ tls: { ca: { file } } })).rejects.toMatchObject(pipe)
    await rm(directory, { recursive: true })
  })
})
