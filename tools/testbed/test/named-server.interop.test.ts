import { promises as dns } from 'node:dns'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { framed, hostileServer, manPageDomain, manPageZone, nameBytes, namedServer, reply } from '../src/index.js'

function resolverOf(server: string): dns.Resolver {
  const resolver = new dns.Resolver({ timeout: 2_000, tries: 1 })
  resolver.setServers([server])
  return resolver
}

/** The response code of the first message of a zone transfer. */
async function transferCode({ address, port }: { readonly address: string; readonly port: number }): Promise<number> {
  const header = Buffer.from('000100000001000000000000', 'hex')
  const query = Buffer.concat([header, nameBytes(manPageDomain), Buffer.of(0, 252, 0, 1)])
  const socket = connect(port, address)
  socket.write(framed(query))
  const [bytes] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return bytes.readUInt16BE(4) & 15
}

describe('namedServer', () => {
  it.each([
    ['127.0.0.1', 'any', 0],
    ['127.0.0.1', 'none', 5],
    ['::1', ['::1'], 0],
    ['::1', ['127.0.0.1'], 5],
  ] as const)(
    'serves the zone of the man page on %s, transfers for %j: code %d',
    async (address, allowTransfer, code) => {
      await using server = await namedServer({
        zones: { [manPageDomain]: manPageZone },
        addresses: [address],
        allowTransfer,
      })
      const srv = await resolverOf(server.server).resolveSrv(`_pstorage._tcp.my-cluster.${manPageDomain}`)
      expect(srv.map(({ name, port }) => `${name}:${port}`).sort()).toEqual([
        `s1.${manPageDomain}:2510`,
        `s3.${manPageDomain}:2510`,
        `s4.${manPageDomain}:2510`,
      ])
      expect(await transferCode(server)).toBe(code)
    },
  )

  it('forwards questions', async () => {
    await using upstream = await hostileServer({
      udp: (query) =>
        reply(query, {
          edns: {},
          answers: query.type === 16 ? [{ name: query.name, type: 'TXT', strings: ['from upstream'] }] : [],
        }),
    })
    await using server = await namedServer({ forwardTo: upstream })
    expect(await resolverOf(server.server).resolveTxt('a.pstorage.test')).toEqual([['from upstream']])
  })

  it('transfers a zone from another', async () => {
    await using primary = await namedServer({ zones: { [manPageDomain]: manPageZone }, allowTransfer: 'any' })
    await using secondary = await namedServer({ zones: { [manPageDomain]: { transferFrom: primary } } })
    await secondary.logged(/transferred serial 1995032001/)
    expect(await resolverOf(secondary.server).resolve4(`s2.${manPageDomain}`)).toEqual(['192.168.100.2'])
  })

  it.each([
    ['a zone', { zones: { 'a.test': '@ A 1.2.3\n' } }],
    ['its configuration', { statements: 'nonsense;' }],
  ])('says what named has against %s', async (_, options) => {
    await expect(namedServer(options)).rejects.toThrow(/named/)
  })

  it('is gone when disposed', async () => {
    const server = await namedServer()
    await server[Symbol.asyncDispose]()
    await expect(server.logged(/will not come/)).rejects.toThrow('named has stopped')
  })
})
