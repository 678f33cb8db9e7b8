import { escapeText } from '@pstorage/discovery-core'
import {
  type CheckDescription,
  type Finding,
  finding,
  type Remedy,
  remedy,
  shellWord,
} from '@pstorage/discovery-core/checks'
import { placeText } from '../listening-place.js'
import type { LinkFacts } from './link-facts.js'

/** Whether multicast goes out and comes in. */
export const loopbackCheck: CheckDescription = {
  id: 'zeroconf-loopback',
  checks: 'what this host multicasts on an interface comes back to it',
  levels: ['ok', 'warning', 'error'],
}

/** Whether anybody is there. */
export const answersCheck: CheckDescription = {
  id: 'zeroconf-answers',
  checks: 'somebody on the link answers multicast DNS, whatever it is about',
  levels: ['ok', 'notice'],
}

/** Says whether multicast works on one interface, and whether anybody answers there. */
export function* checkLink(
  { place, trouble, refusal, notes, isHeard, answerers }: LinkFacts,
  port: number,
): Iterable<Finding> {
  const subject = escapeText(placeText(place))
  if (trouble !== undefined) {
    yield finding(loopbackCheck, 'error', {
      subject,
      seen: trouble.message,
      meaning: 'nothing can be asked on this link',
      remedies: troubleRemedies(place.name, trouble.code, port),
    })
    return
  }
  for (const note of refusal === undefined ? notes : []) {
    yield finding(loopbackCheck, 'warning', {
      subject,
      seen: escapeText(note),
      meaning: 'only the other IP version is used',
    })
  }
  // From a port of its own, nothing that is told to everybody is heard.
  if (refusal !== undefined) {
    const meaning = 'it is not known whether multicast comes in here'
    const seen = `not checked: the port cannot be shared (${escapeText(refusal)})`
    yield finding(loopbackCheck, 'warning', { subject, seen, meaning, checked: false })
  } else if (isHeard) {
    yield finding(loopbackCheck, 'ok', { subject, seen: 'what is sent comes back' })
  } else {
    yield finding(loopbackCheck, 'error', {
      subject,
      seen: 'what is sent does not come back',
      meaning: 'a firewall on this host drops multicast DNS: nobody is heard',
      remedies: firewallRemedies(place.name, port),
    })
    return
  }
  if (answerers.length > 0) {
    yield finding(answersCheck, 'ok', {
      subject,
      seen: `${answerers.length} answer: ${answerers.slice(0, 5).join(', ')}`,
    })
  } else {
    yield finding(answersCheck, 'notice', {
      subject,
      seen: 'nobody answers anything at all',
      meaning: 'no host speaks multicast DNS on this link, or a switch or a firewall on the way drops it',
      remedies: [
        remedy({ kind: 'command', place: 'root on a host with an MDS', text: 'systemctl enable --now avahi-daemon' }),
      ],
    })
  }
}

function troubleRemedies(name: string, code: string, port: number): readonly Remedy[] {
  const word = shellWord(name)
  const command = (text: string): readonly Remedy[] => [remedy({ kind: 'command', place: 'root', text })]
  if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH') return command(`ip route add 224.0.0.0/4 dev ${word}`)
  if (code === 'EPERM') return firewallRemedies(name, port)
  if (code === 'ENOBUFS') return command('sysctl -w net.ipv4.igmp_max_memberships=100')
  if (code === 'EADDRNOTAVAIL' || code === 'ENODEV') return command(`ip link set dev ${word} up`)
  return []
}

function firewallRemedies(name: string, port: number): readonly Remedy[] {
  const match = `-p udp --dport ${port} -j ACCEPT`
  const word = shellWord(name)
  const command = (software: string, text: string): Remedy => remedy({ kind: 'command', place: 'root', software, text })
  return [
    command('nft', `nft insert rule inet filter input iifname ${word} udp dport ${port} accept`),
    command('iptables', `iptables -I INPUT -i ${word} ${match} && iptables -I OUTPUT -o ${word} ${match}`),
    command('firewalld', 'firewall-cmd --permanent --add-service=mdns && firewall-cmd --reload'),
  ]
}
