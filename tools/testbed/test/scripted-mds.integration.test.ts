import { once } from 'node:events'
import { createConnection } from 'node:net'
import { describe, expect, it } from 'vitest'
import { askScriptedMds, type MdsAdvice, type MdsStep, scriptedMds } from '../src/index.js'

const alone: MdsAdvice = { servers: [], masterIndex: -1, bootstrapOnly: true }

describe('scriptedMds', () => {
  it('tells the servers, the master and whether it is one at all', async () => {
    await using other = await scriptedMds({ script: alone, address: '::1' })
    await using mds = await scriptedMds({
      script: () => ({ servers: [mds.endpoint, other.endpoint], masterIndex: 1, bootstrapOnly: false }),
    })
    expect(await askScriptedMds(mds.endpoint)).toEqual({
      servers: [mds.endpoint, other.endpoint],
      masterIndex: 1,
      bootstrapOnly: false,
    })
    expect(await askScriptedMds(other.endpoint)).toEqual(alone)
    expect(other.server).toBe(`[::1]:${other.endpoint.port}`)
  })

  it('does one step after the other, and the last for ever', async () => {
    const later: MdsAdvice = { ...alone, bootstrapOnly: false }
    await using mds = await scriptedMds({ script: ['end', alone, later] })
    await expect(askScriptedMds(mds.endpoint)).rejects.toThrow()
    expect(await askScriptedMds(mds.endpoint)).toEqual(alone)
    expect(await askScriptedMds(mds.endpoint)).toEqual(later)
    expect(await askScriptedMds(mds.endpoint)).toEqual(later)
    expect(mds.asked).toBe(4)
    await mds.whenDisconnected(4)
  })

  it.each<[step: MdsStep]>([
    ['end'],
    ['reset'],
    [{ raw: 'MDS!\n' }],
    [{ raw: '{}\n' }],
    [{ raw: 'null\n' }],
    [{ raw: '{"servers":["mds1"],"master":0}\n' }],
    [{ raw: '{"servers":[],"master":"0"}\n' }],
    [{ raw: '{"servers":{},"master":0}\n' }],
  ])('can do %j, which is no answer', async (script) => {
    await using mds = await scriptedMds({ script })
    await expect(askScriptedMds(mds.endpoint)).rejects.toThrow()
  })

  it('can be silent, and is left when the time is up', async () => {
    await using mds = await scriptedMds({ script: 'silent' })
    const end = new AbortController()
    const advice = askScriptedMds(mds.endpoint, end.signal)
    await mds.whenAsked(1)
    end.abort()
    await expect(advice).rejects.toMatchObject({ name: 'AbortError' })
    await mds.whenDisconnected(1)
  })

  it('is not there any more when it is disposed', async () => {
    const mds = await scriptedMds({ script: 'silent' })
    const advice = askScriptedMds(mds.endpoint).catch((error: Error) => error)
    await mds.whenAsked(1)
    await mds[Symbol.asyncDispose]()
    expect(await advice).toBeInstanceOf(Error)
    await expect(askScriptedMds(mds.endpoint)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await expect(mds.whenAsked(2)).rejects.toThrow()
  })

  it('resets who asks for anything else', async () => {
    await using mds = await scriptedMds({ script: alone })
    const socket = createConnection({ host: mds.endpoint.address, port: mds.endpoint.port })
    socket.write('GET / HTTP/1.1\r\n\r\n')
    const [error] = await once(socket, 'error')
    expect(error).toMatchObject({ code: 'ECONNRESET' })
    expect(mds.asked).toBe(0)
  })
})
