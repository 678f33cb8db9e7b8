import { simulatedClock } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'
import { parseCommand } from '../src/commands/watch/run-command.js'
import { StateDelivery } from '../src/query/state-delivery.js'

/** Deliveries of states, each of which takes some time and ends as the next of `results` says. */
function delivering(results: readonly (string | undefined)[], takes = 10_000) {
  const clock = simulatedClock()
  const delivered: string[] = []
  const failures: string[] = []
  let [underWay, most] = [0, 0]
  const delivery = new StateDelivery<string>({
    async deliver(state) {
      underWay += 1
      most = Math.max(most, underWay)
      delivered.push(`${state} at ${clock.now() / 1_000}`)
      await clock.sleep(takes)
      underWay -= 1
      return results[delivered.length - 1]
    },
    onFailure: (line) => failures.push(line),
    longestPause: 4_000,
    clock,
  })
  return { clock, delivery, delivered, failures, most: () => most }
}

describe('delivery of states', () => {
  it('has one under way, and leads to the last state', async () => {
    const { clock, delivery, delivered, most } = delivering([])
    delivery.update('a')
    delivery.update('b')
    await clock.advance(1_000)
    for (const state of ['c', 'd', 'e']) delivery.update(state)
    await clock.advance(60_000)
    expect(delivered).toEqual(['b at 0', 'e at 10'])
    expect(most()).toBe(1)
    expect(clock.sleepers).toBe(0)
  })

  it('repeats what failed, later and later, with the state of that time', async () => {
    const { clock, delivery, delivered, failures } = delivering(['no', 'no', 'no', 'no', undefined, 'no'])
    delivery.update('a')
    await clock.advance(12_000)
    delivery.update('b')
    await clock.advance(120_000)
    expect(delivered).toEqual(['a at 0', 'a at 11', 'b at 23', 'b at 37', 'b at 51'])
    expect(failures).toEqual([1, 2, 4, 4].map((seconds) => `no; again in ${seconds} s`))
    delivery.update('c')
    await clock.advance(11_500)
    expect(failures.at(-1)).toBe('no; again in 1 s')
  })

  it('reports once what is still under way after a minute', async () => {
    const { clock, delivery, delivered, failures } = delivering([], 200_000)
    delivery.update('a')
    await clock.advance(59_000)
    delivery.update('b')
    expect(failures).toEqual([])
    await clock.advance(140_000)
    expect(failures).toEqual(['not done after 60 s; later changes wait'])
    await clock.advance(10_000)
    expect(delivered).toEqual(['a at 0', 'b at 200'])
    delivery.stop()
    await clock.advance(60_000)
    expect(failures).toHaveLength(1)
  })

  it('starts nothing after it was stopped', async () => {
    const { clock, delivery, delivered } = delivering(['no'])
    delivery.update('a')
    await clock.advance(5_000)
    delivery.update('b')
    delivery.stop()
    await clock.advance(60_000)
    expect(delivered).toEqual(['a at 0'])
    expect(clock.sleepers).toBe(0)
  })
})

describe('the COMMAND of --exec', () => {
  it.each([
    ['reload', ['reload']],
    ['  /bin/systemctl   reload\tproxy ', ['/bin/systemctl', 'reload', 'proxy']],
    [`say 'two words' "and 'more'" back\\ slash`, ['say', 'two words', "and 'more'", 'back slash']],
    [`sh -c 'echo "$PSTORAGE_ENDPOINTS" > /run/x'`, ['sh', '-c', 'echo "$PSTORAGE_ENDPOINTS" > /run/x']],
    ['tool --name=x', ['tool', '--name=x']],
    [`a ''`, ['a', '']],
  ])('%s', (text, words) => {
    expect(parseCommand(text)).toEqual(words)
  })

  it.each([
    ['', 'a command is missing'],
    [`''`, 'a command is missing'],
    [`say "half`, 'has no end'],
    ['reload | tee log', 'is for a shell'],
    ['reload; reboot', 'is for a shell'],
    ['NAME=x tool', 'is for a shell'],
    ['tool $HOME', 'is for a shell'],
    ['tool `id`', 'is for a shell'],
    ['tool\nother', 'is for a shell'],
  ])('refuses %j', (text, says) => {
    expect(() => parseCommand(text)).toThrow(says)
  })
})
