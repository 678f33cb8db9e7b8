import type { Attempt, AttemptStatus } from '@pstorage/discovery-core'
import type { Inquiry } from './command-line.js'

/** What may help against attempts that failed, one line each, where it is obvious. */
export function remedies(failed: readonly Attempt[], { backends, settings, timeout }: Inquiry): readonly string[] {
  const some = (backend: string, ...statuses: readonly AttemptStatus[]): boolean =>
    failed.some((attempt) => attempt.backend === backend && statuses.includes(attempt.status))
  const others = backends.filter((name) => name !== 'zeroconf').join(',')
  const rules: readonly (readonly [applies: boolean, remedy: string])[] = [
    [failed.some(({ status }) => status === 'timeout'), `more than ${timeout / 1_000} s: --timeout SECONDS`],
    [some('dns', 'unreachable') && settings.servers.length === 0, 'another name server: --server IP[:PORT]'],
    [some('dns', 'unavailable') && settings.domains.length === 0, 'where to look in DNS: --domain NAME'],
    [
      settings.axfr !== 'never' && failed.some(({ method, status }) => method === 'dns-axfr' && status === 'refused'),
      'names without zone transfers: --axfr never',
    ],
    [some('zeroconf', 'unavailable') && others !== '', `without zeroconf: --backend ${others}`],
  ]
  return rules.filter(([applies]) => applies).map(([, remedy]) => remedy)
}
