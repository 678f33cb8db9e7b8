import { type ClusterName, parseClusterName } from '@pstorage/discovery-core'
import { nameToText, recordTypeName } from '@pstorage/dns-message'
import { type Scene, simulatedResolver } from './answered.js'

/** Watches `alpha`, another cluster, or with `null` the names, in simulated time, and says when there was a hint. */
export async function watched(scene: Scene & { readonly cluster?: string | null; readonly for: number }) {
  const { clock, network, resolver } = simulatedResolver(scene)
  const { cluster = 'alpha' } = scene
  const wanted: ClusterName | undefined = cluster === null ? undefined : parseClusterName(cluster)
  const abort = new AbortController()
  const hints: number[] = []
  const reading = (async () => {
    for await (const _ of resolver.changes?.(wanted, { signal: abort.signal }) ?? []) hints.push(clock.now())
  })()
  const ended = reading.catch((error: unknown) => error)
  await clock.advance(scene.for)
  const whileOpen = network.state.openLinks
  abort.abort()
  await ended
  const queries = network.sent.map(({ at, interfaceName, message }) => {
    const questions = message.questions.map(({ name, type }) => `${recordTypeName(type)} ${nameToText(name)}`)
    return { at, interfaceName, questions, known: message.answers.length }
  })
  return { hints, queries, whileOpen, openLinks: network.state.openLinks, sleepers: clock.sleepers }
}
