import { RecordType, writeQuery } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { ReplySigner, testKey } from '../../../dns-message/test/tsig/reply-signer.js'
import { TsigKey } from '../../src/index.js'
import type { DnsContext } from '../../src/lookup/dns-context.js'
import { signedContext, signedRoundTrip } from '../../src/transfer/signing.js'
import type { TcpRequest } from '../../src/transport/tcp-transport.js'
import { name } from '../records.js'

const now = 1_700_000_000_000
const query = writeQuery({ id: 0xbeef, name: name('pstorage.test'), type: RecordType.SOA, recursionDesired: false })

/** The query turned into a reply to it, or to one with another id. */
function reply(id = 0xbeef): Buffer {
  const bytes = Buffer.from(query)
  bytes.writeUInt16BE(id, 0)
  bytes.writeUInt8(0x80, 2)
  return bytes
}

/** Says the replies that a signer makes, and what was heard of each. */
async function conversed(replies: (signer: ReplySigner) => readonly Buffer[], done = false) {
  const heard: string[] = []
  const said: unknown[] = []
  const converse = signedRoundTrip(
    async ({ request, onMessage }) => {
      for (const bytes of replies(new ReplySigner(Buffer.from(request)))) said.push(onMessage(bytes))
    },
    new TsigKey(testKey),
    () => now,
  )
  const hear: TcpRequest['onMessage'] = (bytes) => {
    heard.push(Buffer.from(bytes).readUInt16BE(0).toString(16))
    return done ? 'done' : 'more'
  }
  await converse({ request: query, onMessage: hear } as TcpRequest)
  return { heard, said }
}

describe('a signed conversation', () => {
  it('hears what is signed', async () => {
    expect(await conversed((signer) => [signer.sign(reply())], true)).toEqual({ heard: ['beef'], said: ['done'] })
  })

  it('passes messages with another id on as they are', async () => {
    expect((await conversed((signer) => [reply(0xdead), signer.sign(reply())])).heard).toEqual(['dead', 'beef'])
  })

  it('fails where the end is not signed', async () => {
    const unsignedEnd = conversed((signer) => [signer.sign(reply()), signer.pass(reply())], true)
    await expect(unsignedEnd).rejects.toMatchObject({ code: 'EUNSIGNED', message: 'did not sign the end of its reply' })
  })

  it('does not hear what is not signed', async () => {
    await expect(conversed(() => [reply()])).rejects.toMatchObject({ code: 'EUNSIGNED' })
  })
})

describe('a context without a key', () => {
  it('is taken as it is', async () => {
    const context = { tsigKey: undefined } as DnsContext
    const signed = await signedContext(context)
    expect(signed.kind === 'context' && signed.context).toBe(context)
  })
})
