import { describe, expect, it } from 'vitest'
import { type InFlight, ServerLoad, ServerLoads } from '../src/client/transaction/server-load.js'
import { parseNameServer } from '../src/config/name-server.js'

const { signal: never } = new AbortController()

/** As many as it bears now. */
function fill(load: ServerLoad): InFlight[] {
  const inFlight: InFlight[] = []
  for (let one = load.enterNow(); one !== undefined; one = load.enterNow()) inFlight.push(one)
  return inFlight
}

const entered = (load: ServerLoad): InFlight => {
  const inFlight = load.enterNow()
  if (inFlight === undefined) throw new Error('there is no room')
  return inFlight
}
const answer = (load: ServerLoad, one: InFlight | undefined): void => {
  if (one === undefined) return
  load.answered(one)
  one.release()
}
const refuse = (load: ServerLoad, one: InFlight, refusals = 1): boolean => {
  const delay = load.refused(one, refusals)
  one.release()
  return delay !== undefined
}

describe('ServerLoad', () => {
  it('begins with fewer than the 150 that dnsmasq bears', () => {
    expect(fill(new ServerLoad())).toHaveLength(128)
  })

  it('bears more with each answer, up to 256', () => {
    const load = new ServerLoad()
    let inFlight = fill(load)
    for (let rounds = 0; rounds < 4; rounds += 1) {
      for (const one of inFlight) answer(load, one)
      inFlight = fill(load)
    }
    expect(inFlight).toHaveLength(256)
  })

  it('is not raised where the limit is not reached', () => {
    const load = new ServerLoad()
    for (let questions = 0; questions < 1_000; questions += 1) answer(load, entered(load))
    expect(fill(load)).toHaveLength(128)
  })

  it('goes down to what is still in flight when some are refused, and up slowly from there', () => {
    const load = new ServerLoad()
    const inFlight = fill(load)
    for (const one of inFlight.slice(100)) expect(refuse(load, one)).toBe(true)
    expect(load.enterNow()).toBeUndefined()
    for (const one of inFlight.slice(0, 100)) answer(load, one)
    const now = fill(load)
    expect(now.length).toBeGreaterThanOrEqual(100)
    expect(now.length).toBeLessThan(110)
  })

  it('a refusal of what was asked alone is about the question', () => {
    const load = new ServerLoad()
    expect(refuse(load, entered(load))).toBe(false)
    expect(fill(load)).toHaveLength(128)
  })

  it('where all are refused they are asked again alone', () => {
    const load = new ServerLoad()
    for (const one of fill(load)) expect(refuse(load, one)).toBe(true)
    const alone = entered(load)
    expect(load.enterNow()).toBeUndefined()
    expect(refuse(load, alone, 2)).toBe(false)
  })

  it('where nothing but refusals comes each question is asked once more, and the limit is soon back', () => {
    const load = new ServerLoad()
    for (let questions = 0; questions < 300; questions += 1) refuse(load, entered(load))
    const two = [entered(load), entered(load)]
    expect(two.map((one) => refuse(load, one, 1))).toEqual([true, true])
    const again = [entered(load), entered(load)]
    expect(again.map((one) => refuse(load, one, 2))).toEqual([false, false])
    expect(fill(load)).toHaveLength(128)
  })

  it('what was borne before is doubted slowly: the question may be refused for what it is', () => {
    const load = new ServerLoad()
    for (const one of fill(load)) answer(load, one)
    const [first, second] = [entered(load), entered(load)]
    expect(refuse(load, first)).toBe(true)
    second.release()
    expect(fill(load).length).toBeGreaterThanOrEqual(128)
  })

  it('what is refused with little else in flight, compared to what was borne, is refused for what it is', () => {
    const load = new ServerLoad()
    for (const one of fill(load)) answer(load, one)
    const [first, second] = [entered(load), entered(load)]
    expect(refuse(load, second)).toBe(true)
    expect(refuse(load, entered(load), 2)).toBe(false)
    expect(refuse(load, first, 1)).toBe(true)
  })

  it('what is refused is put again at once where that lowers the limit, and later and later otherwise', () => {
    const load = new ServerLoad()
    const inFlight = fill(load)
    expect(inFlight.slice(0, 1).map((one) => load.refused(one, 1))).toEqual([0])
    for (const one of inFlight) answer(load, one)
    for (let questions = 0; questions < 50; questions += 1) entered(load)
    expect([1, 2, 3].map((refusals) => load.refused(entered(load), refusals))).toEqual([10, 20, 40])
  })

  it('a question that is refused again and again is refused at last', () => {
    const isOverloaded = (refusals: number): boolean => {
      const load = new ServerLoad()
      const [first] = [entered(load), entered(load)]
      return refuse(load, first, refusals)
    }
    expect([1, 2, 7, 8].map(isOverloaded)).toEqual([true, true, true, false])
  })

  it('a loss lowers it, once for all that was sent by then', () => {
    const load = new ServerLoad()
    const inFlight = fill(load)
    const [first, second, ...others] = inFlight
    answer(load, others.at(-1))
    if (first !== undefined) load.unanswered(first)
    if (second !== undefined) load.unanswered(second)
    for (const one of others.slice(0, -1)) one.release()
    first?.release()
    second?.release()
    expect(fill(load)).toHaveLength(90)
  })

  it('silence alone is no loss: the server may be slow', () => {
    const load = new ServerLoad()
    const inFlight = fill(load)
    for (const one of inFlight) load.unanswered(one)
    for (const one of inFlight) one.release()
    expect(fill(load)).toHaveLength(128)
  })

  it('losses leave room for some', () => {
    const load = new ServerLoad()
    for (let rounds = 0; rounds < 20; rounds += 1) {
      const lost = entered(load)
      answer(load, entered(load))
      load.unanswered(lost)
      lost.release()
    }
    expect(fill(load)).toHaveLength(16)
  })

  it('lets in what was refused before what was not asked yet', async () => {
    const load = new ServerLoad()
    const [first] = fill(load)
    const order: string[] = []
    const fresh = load.enter(never).then(() => order.push('fresh'))
    const again = load.enter(never, true).then(() => order.push('again'))
    first?.release()
    await again
    expect(order).toEqual(['again'])
    entered(new ServerLoad()).release()
    const aborted = new AbortController()
    const left = load.enter(aborted.signal, true)
    aborted.abort()
    expect(await left).toBeUndefined()
    void fresh
  })
})

describe('ServerLoads', () => {
  it('has one for each server, and forgets those without questions when there are many', () => {
    const loads = new ServerLoads()
    const busy = loads.of(parseNameServer('192.0.2.1'))
    entered(busy)
    const idle = loads.of(parseNameServer('192.0.2.2'))
    expect(loads.of(parseNameServer('192.0.2.2'))).toBe(idle)
    for (let port = 1; port <= 300; port += 1) loads.of(parseNameServer(`192.0.2.3:${port}`))
    expect(loads.of(parseNameServer('192.0.2.1'))).toBe(busy)
    expect(loads.of(parseNameServer('192.0.2.2'))).not.toBe(idle)
  })
})
