import type { Attempt, AttemptStatus } from '@pstorage/discovery-core'
import type { Inquirer } from '../ask/inquiry.js'

/** What may help against attempts that failed, one line each, where it is obvious. */
export function remedies(failed: readonly Attempt[], inquiry: Inquirer): readonly string[] {
  const { backends, settings } = inquiry
  const some = (backend: string, ...statuses: readonly AttemptStatus[]): boolean =>
    failed.some((attempt) => attempt.backend === backend && statuses.includes(attempt.status))
  const others = backends.filter((name) => name !== 'zeroconf').join(',')
  const rules: readonly (readonly [applies: boolean, remedy: string])[] = [
    [failed.some(({ status }) => status === 'timeout'), moreTime(inquiry)],
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

/** What cut the questions short. */
function moreTime(inquiry: Inquirer): string {
  const { timeout, wait } = inquiry
  const [time, option] = wait !== undefined && wait < timeout ? [wait, '--wait'] : [timeout, '--timeout']
  return `more than ${time / 1_000} s: ${option} SECONDS`
}
