import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { Opcode, readMessage, wireNameFromText } from '@pstorage/dns-message'
import { describe, expect, test, vi } from 'vitest'
import { clusterNameServer } from '../src/index.js'
import { Notifier } from '../src/transfer/notifier.js'
import { manPageZone } from './fixtures/man-page-zone.js'
import { patched } from './support/query-bytes.js'

const origin = 'pstorage.test'
const zone = manPageZone

interface FakeSecondary extends AsyncDisposable {
  readonly socket: Socket
  readonly port: number
  /** The next NOTIFY, which is answered with this code, or not. */
  next(rcode?: number): Promise<{ bytes: Buffer; from: { address: string; port: number } }>
}

async function fakeSecondary(address = '127.0.0.1'): Promise<FakeSecondary> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4').bind(0, address)
  await once(socket, 'listening')
  return {
    socket,
    port: socket.address().port,
    next: async (rcode) => {
      const [bytes, from] = await once(socket, 'message')
      if (rcode !== undefined) socket.send(patched(bytes, { 2: 0xa4, 3: rcode }), from.port, from.address)
      return { bytes, from }
    },
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  }
}

describe('NOTIFY', () => {
  test.each(['127.0.0.1', '127.0.0.2', '::1'])('is sent from %s at the start and by each update', async (address) => {
    await using secondary = await fakeSecondary(address)
    const { port } = secondary
    const first = secondary.next(0)
    await using server = await clusterNameServer({ origin, zone, address, notify: [{ address, port }] })
    const { bytes, from } = await first
    expect(from.address).toBe(address)
    const { header, questions, answers } = readMessage(bytes)
    expect(header).toMatchObject({
      opcode: Opcode.NOTIFY,
      response: false,
      authoritative: true,
      recursionDesired: false,
    })
    expect(questions).toEqual([{ name: ['pstorage', 'test'], type: 6, class: 1 }])
    expect(answers).toEqual([])
    const second = secondary.next(0)
    server.update({ zone })
    expect((await second).from.address).toBe(address)
  })

  test('one that does not answer is notified again until it does', async () => {
    await using secondary = await fakeSecondary()
    const settings = { origin: wireNameFromText(origin, '\0'), address: '127.0.0.1' }
    const notify = [{ address: '127.0.0.1', port: secondary.port }]
    const reports: unknown[] = []
    const notifier = new Notifier({ ...settings, notify, report: (fault) => reports.push(fault) }, [20, 60_000])
    const first = secondary.next()
    notifier.notify()
    const { bytes } = await first
    expect((await secondary.next(0)).bytes).toEqual(bytes)
    await notifier.close()
    expect(reports).toEqual([])
  })

  test('one that never answers is reported, and so is one that refuses', async () => {
    await using deaf = await fakeSecondary()
    await using refusing = await fakeSecondary()
    const refused = refusing.next(5)
    const settings = { origin: wireNameFromText(origin, '\0'), address: '127.0.0.1' }
    const notify = [deaf, refusing].map(({ port }) => ({ address: '127.0.0.1', port }))
    const reports: unknown[] = []
    const notifier = await new Promise<Notifier>((resolve) => {
      const report = (fault: unknown) => {
        if (reports.push(fault) === 2) resolve(made)
      }
      const made = new Notifier({ ...settings, notify, report }, [200, 200])
      made.notify()
    })
    await refused
    expect(reports).toEqual([
      expect.objectContaining({ code: 'ERR_NOTIFY_FAILED', message: expect.stringContaining('REFUSED') }),
      expect.objectContaining({ code: 'ERR_NOTIFY_FAILED', message: expect.stringContaining('after 2 attempts') }),
    ])
    await notifier.close()
  })

  test.each([
    ['another id', { 0: 0xff, 1: 0xff, 2: 0xa4 }],
    ['not a response', { 2: 0x24 }],
    ['another opcode', { 2: 0x84 }],
  ])('%s is no answer', async (_name, patches) => {
    await using secondary = await fakeSecondary()
    const settings = { origin: wireNameFromText(origin, '\0'), address: '127.0.0.1' }
    const notify = [{ address: '127.0.0.1', port: secondary.port }]
    const notifier = new Notifier({ ...settings, notify, report: () => {} }, [50, 60_000])
    const first = secondary.next()
    notifier.notify()
    const { bytes, from } = await first
    const again = secondary.next(0)
    secondary.socket.send(patched(bytes, bytes.readUInt16BE() === 0xffff ? { 2: 0 } : patches), from.port, from.address)
    expect((await again).bytes).toEqual(bytes)
    await notifier.close()
  })

  test('a secondary that does not listen only causes a report', async () => {
    const secondary = await fakeSecondary()
    await secondary[Symbol.asyncDispose]()
    const settings = { origin: wireNameFromText(origin, '\0'), address: '127.0.0.1' }
    const notify = [{ address: '127.0.0.1', port: secondary.port }]
    await new Promise((resolve) => {
      new Notifier({ ...settings, notify, report: resolve }, [20, 20, 20]).notify()
    })
  })

  test('close ends what is not answered yet', async () => {
    await using secondary = await fakeSecondary()
    const resources = () => process.getActiveResourcesInfo().filter((kind) => /UDP/.test(kind))
    const before = resources().length
    const notified = secondary.next()
    const unheard = { address: '127.0.0.1', port: secondary.port }
    const server = await clusterNameServer({ origin, zone, notify: [unheard] })
    await notified
    await server.close()
    server.update({ zone })
    await vi.waitFor(() => expect(resources().length).toBeLessThanOrEqual(before))
  })

  test.each([
    ['no list', 'x'],
    ['nothing', [null]],
    ['a name', [{ address: 'localhost' }]],
    ['port 0', [{ address: '127.0.0.1', port: 0 }]],
    ['a port as text', [{ address: '127.0.0.1', port: '53' }]],
  ])('%s is refused', async (_name, notify) => {
    const starting = clusterNameServer({ origin, zone, notify: notify as [] }) // wrong on purpose
    await expect(starting).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
  })
})
