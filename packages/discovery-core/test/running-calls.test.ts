import { describe, expect, it } from 'vitest'
import { type RunningCall, RunningCalls } from '../src/query/query-run.js'

interface Work extends RunningCall {
  readonly name: string
}

/** Work that lets go as soon as it is cancelled. */
function workNamed(name: string, cancelled: string[]): Work {
  let release = (): void => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const cancel = (reason: unknown): void => {
    cancelled.push(`${name}: ${reason}`)
    release()
  }
  return { name, released, index: 0, cancel }
}

describe('RunningCalls', () => {
  const removals = [
    { id: 'the first', out: ['a'], left: ['b', 'c', 'd'] },
    { id: 'the last', out: ['d'], left: ['a', 'b', 'c'] },
    { id: 'one in between, then what has taken its place', out: ['b', 'd'], left: ['a', 'c'] },
    { id: 'all, in the order of their coming', out: ['a', 'b', 'c', 'd'], left: [] },
    { id: 'all, the other way round', out: ['d', 'c', 'b', 'a'], left: [] },
  ]
  it.each(removals)('takes out $id', async ({ out, left }) => {
    const cancelled: string[] = []
    const list = new RunningCalls()
    const works = ['a', 'b', 'c', 'd'].map((name) => workNamed(name, cancelled))
    for (const work of works) list.add(work)
    for (const work of works
      .filter(({ name }) => out.includes(name))
      .toSorted((a, b) => out.indexOf(a.name) - out.indexOf(b.name))) {
      list.remove(work)
    }
    await list.cancelAll('stop')
    expect(cancelled.toSorted()).toEqual(left.map((name) => `${name}: stop`))
  })

  it('waits for all that it has cancelled, also where that takes itself out', async () => {
    const cancelled: string[] = []
    const list = new RunningCalls()
    for (const name of ['a', 'b', 'c']) {
      const work = workNamed(name, cancelled)
      const { cancel } = work
      work.cancel = (reason) => {
        list.remove(work)
        cancel(reason)
      }
      list.add(work)
    }
    await list.cancelAll('stop')
    expect(cancelled).toEqual(['a: stop', 'b: stop', 'c: stop'])
    await list.cancelAll('again')
    expect(cancelled).toHaveLength(3)
  })
})
