import { type HostileQuery, hostileServer, reply } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { withRandomCase } from '../src/reply/query.js'
import { endpointsOf, resolved } from './asked.js'
import { answer, domain, goodEndpoint } from './good-zone.js'

const lower = (query: HostileQuery): Buffer => {
  return reply(query, { questions: [{ name: query.name.toLowerCase(), type: query.type }], rcode: 'NXDOMAIN' })
}

describe('caseRandomization', () => {
  it('sends letters in random case, and nothing else differs', () => {
    const name = ['_pstorage', '_tcp', 'x'.repeat(60), 'y'.repeat(60), '\xe4\xd6', 'test']
    const spellings = new Set(Array.from({ length: 50 }, () => withRandomCase(name).join('.')))
    expect(spellings.size).toBe(50)
    for (const spelling of spellings)
      expect(spelling.replace(/[A-Z]/g, (letter) => letter.toLowerCase())).toBe(name.join('.'))
  })

  it('DNS-4: a reply that does not repeat it is ignored, one that does is believed', async () => {
    await using server = await hostileServer({ udp: (query) => [lower(query), answer(query)] })
    const report = await resolved([server], { caseRandomization: true })
    expect(endpointsOf(report)).toEqual([goodEndpoint])
    expect(report.endpoints).toMatchObject([{ host: `h1.${domain}` }])
    expect(server.queries.some(({ name }) => name !== name.toLowerCase())).toBe(true)
  })

  it('DNS-4: a server that never repeats it is not believed', async () => {
    await using server = await hostileServer({ udp: lower })
    const report = await resolved([server], { caseRandomization: true, timeout: 500 })
    expect(report).toMatchObject({ outcome: 'undetermined', attempts: [{ status: 'malformed' }] })
  })

  it('DNS-4: without it the question is sent as it is', async () => {
    await using server = await hostileServer({ udp: answer })
    await resolved([server])
    expect(server.queries.map(({ name }) => name)).toContain(`_pstorage._tcp.alpha.${domain}`)
  })
})
