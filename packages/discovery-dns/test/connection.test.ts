import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { parseNameServer } from '../src/config/name-server.js'
import { Connection, type SocketListener } from '../src/transport/connection.js'
import { framed } from '../src/transport/message-framing.js'

const query = { server: parseNameServer('192.0.2.53'), request: Buffer.alloc(12), signal: new AbortController().signal }

/** More than is worked on in one turn of the event loop, in milliseconds. */
const LONG = 6

describe('Connection', () => {
  it('SEC-1: reads no more in a turn of the event loop in which a message took long', async () => {
    const done: string[] = []
    const listeners: SocketListener[] = []
    const note = (what: string) => (): void => void done.push(what)
    const connection = new Connection((listener) => {
      listeners.push(listener)
      return { write: note('write'), destroy: note('destroy'), pause: note('pause'), resume: note('resume') }
    })
    const onMessage = (): 'more' => {
      for (const begun = performance.now(); performance.now() - begun < LONG; );
      done.push('message')
      return 'more'
    }
    const answered = connection.roundTrip({ ...query, onMessage })
    for (const _ of ['first', 'second']) {
      for (const listener of listeners) listener.data(Buffer.from(framed(Buffer.alloc(12))))
      expect(done.splice(0)).toEqual(['message', 'pause'])
      await nextTurn()
      expect(done.splice(0)).toEqual(['resume'])
    }
    connection.close()
    await expect(answered).rejects.toMatchObject({ code: 'ECLOSED' })
    expect(done).toEqual(['destroy'])
  })
})
