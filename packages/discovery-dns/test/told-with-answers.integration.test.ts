import { type HostileQuery, hostileServer, type ReplyOptions } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { discovered, resolved } from './asked.js'
import { answer, domain, goodRecords, soaOf } from './good-zone.js'

/** An OPT record with one extended error. */
const extended = (code: number, text: string): ReplyOptions => {
  const data = Buffer.from([0, code, ...Buffer.from(text)])
  return { edns: { options: Buffer.concat([Buffer.of(0, 15, 0, data.length), data]) } }
}
const serving = (options: ReplyOptions) =>
  hostileServer({ udp: (query: HostileQuery) => answer(query, goodRecords, options) })

describe('extended errors (RFC 8914)', () => {
  it.each([
    ['REFUSED', 18, 'ask the other one', 'said REFUSED (Prohibited: ask the other one)'],
    ['SERVFAIL', 22, '', 'said SERVFAIL (No Reachable Authority)'],
    ['NOTAUTH', 20, '\x1b[31m', 'said NOTAUTH (Not Authoritative: \\x1b[31m)'],
  ] as const)('DNS-17: %s with error %d is told with it', async (rcode, code, text, expected) => {
    await using server = await serving({ rcode, ...extended(code, text) })
    const [attempt] = (await resolved([server])).attempts
    expect(attempt?.error).toEqual({ code: rcode, message: `${server.server} ${expected}` })
  })

  it('DNS-19: that of a stale answer discredits a denial, and stands beside what is found', async () => {
    await using server = await serving(extended(3, 'an hour old'))
    const remark = 'with the remark Stale Answer: an hour old'
    expect(await resolved([server], { cluster: 'nosuch' })).toMatchObject({
      outcome: 'undetermined',
      attempts: [
        {
          status: 'failed',
          error: {
            code: 'EUNFRESH',
            message: `${server.server} said NXDOMAIN with the extended error Stale Answer: an hour old`,
          },
        },
      ],
    })
    expect((await resolved([server])).attempts[0]).toMatchObject({ status: 'found', detail: remark })
  })
})

describe('how long a "no" may be kept (RFC 2308)', () => {
  const soa = { ...soaOf(domain), ttl: 120 }

  it('DNS-19: the attempt says it for NXDOMAIN and NODATA', async () => {
    await using server = await serving({ authorities: [soa] })
    const { attempts } = await resolved([server], { cluster: 'nosuch' })
    expect(attempts).toMatchObject([
      { method: 'dns-srv', status: 'empty', negativeTtl: 120 },
      { method: 'dns-txt', status: 'empty', negativeTtl: 300 },
    ])
    const empty = await hostileServer({ udp: (query: HostileQuery) => answer(query, [], { authorities: [soa] }) })
    const { attempts: listed } = await discovered([empty], { axfr: 'never' })
    await empty[Symbol.asyncDispose]()
    expect(listed).toMatchObject([{ method: 'dns-txt', status: 'empty', negativeTtl: 120 }, { method: 'dns-axfr' }])
  })

  it.each(['SERVFAIL', 'REFUSED'] as const)('DNS-17: and never for %s', async (rcode) => {
    await using server = await serving({ rcode, authorities: [soa] })
    expect((await resolved([server])).attempts[0]).not.toHaveProperty('negativeTtl')
  })
})
