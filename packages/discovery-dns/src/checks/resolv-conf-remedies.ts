import { type Remedy, remedy } from '@pstorage/discovery-core/checks'
import type { ResolvConfFacts } from './host-settings.js'

/** Takes a server off the file, or asks for another one. */
export function resolvConfRemedies(
  file: ResolvConfFacts | undefined,
  address: string,
  others: boolean,
): readonly Remedy[] {
  if (file === undefined || !file.forServers) return []
  const line = (file.text ?? '').split(/\r\n|\n|\r/).find((each) => each.trim().split(/[ \t]+/)[1] === address)
  const text = others ? '' : 'nameserver <ADDRESS>'
  return [remedy({ kind: 'resolv.conf', place: file.path, replaces: line ?? null, text })]
}
