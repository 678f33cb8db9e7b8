import { writeFile } from 'node:fs/promises'
import { TsigKey as MessageTsigKey } from '@pstorage/dns-message/tsig'
import { keyFile } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { testKey } from '../../../dns-message/test/tsig/reply-signer.js'
import { checkedTransferKey, readTransferKey } from '../../src/config/transfer-key.js'
import { TsigKey } from '../../src/index.js'

const key = new TsigKey(testKey)
const messageKey = new MessageTsigKey(testKey)

describe('where the key of transfers is', () => {
  it.each([
    ['nowhere', undefined, undefined],
    ['here', key, key],
    ['here, as dns-message has it', messageKey, messageKey],
    ['in a file', { file: '/etc/key' }, { file: '/etc/key' }],
  ])('%s', (_, option, expected) => {
    expect(checkedTransferKey(option)).toEqual(expected)
  })
})

describe('the key of transfers', () => {
  it('that is here is taken as it is', async () => {
    expect(await readTransferKey(key)).toEqual({ kind: 'key', key, warnings: [] })
  })

  it('is read from its file', async () => {
    await using written = await keyFile(testKey)
    const read = await readTransferKey({ file: written.file })
    expect(read).toMatchObject({ kind: 'key', key: { name: 'transfer.key', algorithm: 'hmac-sha256' }, warnings: [] })
  })

  it('is missing where there is no file, with what the system says', async () => {
    const message = "key file '/nonexistent' cannot be read: ENOENT"
    expect(await readTransferKey({ file: '/nonexistent' })).toEqual({
      kind: 'failed',
      error: { code: 'ENOENT', message },
    })
  })

  it('is missing where the file has none', async () => {
    await using written = await keyFile(testKey)
    await writeFile(written.file, 'no key')
    expect(await readTransferKey({ file: written.file })).toMatchObject({
      kind: 'failed',
      error: { code: 'EKEYFILE', message: expect.stringContaining(`'${written.file}': 1:1: there is no key`) },
    })
  })
})
