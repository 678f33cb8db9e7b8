import { type CheckDescription, type Finding, finding, type Remedy, remedy } from '@pstorage/discovery-core/checks'
import type { PortHolders } from './port-holders.js'

/** Who else uses the port of multicast DNS. */
export const portCheck: CheckDescription = {
  id: 'zeroconf-port',
  checks: 'the port of multicast DNS can be shared with the programs that have it open',
  levels: ['ok', 'notice', 'warning'],
}

/** @param refusal why the port could not be opened */
export function* checkPort(
  port: number,
  { holders, hidden, isTold }: PortHolders,
  refusal: string | undefined,
): Iterable<Finding> {
  const subject = `UDP port ${port}`
  const names = holders.map(({ name, pid }) => `${name} (process ${pid})`)
  if (hidden > 0) names.push(`${hidden} socket${hidden === 1 ? '' : 's'} of somebody who cannot be seen from here`)
  const who = names.length > 0 ? names.join(', ') : isTold ? 'nobody' : 'somebody'
  if (refusal !== undefined) {
    yield finding(portCheck, 'warning', {
      subject,
      seen: `cannot be shared (${refusal}): ${who} has it open`,
      meaning: 'only answers to questions of our own are heard, and nothing can be announced from here',
      remedies: remediesOf(holders),
    })
  } else if (!isTold) {
    const seen = 'can be opened; this system does not tell who else has it open'
    yield finding(portCheck, 'notice', {
      subject,
      seen,
      meaning: 'others may answer from this host as well',
      checked: false,
    })
  } else {
    const seen = names.length === 0 ? 'can be opened, and nobody else has it open' : `is shared with ${who}`
    yield finding(portCheck, 'ok', { subject, seen })
  }
}

function remediesOf(holders: PortHolders['holders']): readonly Remedy[] {
  return holders.map(({ name, pid }) => {
    if (name !== 'avahi-daemon') return remedy({ kind: 'command', place: 'root', text: `kill ${pid}` })
    const file = '/etc/avahi/avahi-daemon.conf'
    const edit = `sed -i 's/^disallow-other-stacks=yes/disallow-other-stacks=no/' ${file}`
    return remedy({ kind: 'command', place: 'root', text: `${edit} && systemctl restart avahi-daemon` })
  })
}
