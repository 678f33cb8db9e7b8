import { type Clock, escapeText, systemClock } from '@pstorage/discovery-core'
import {
  type CheckDescription,
  commands,
  type Finding,
  finding,
  type Remedy,
  shellText,
} from '@pstorage/discovery-core/checks'
import { RecordType, readHeader } from '@pstorage/dns-message'
import { interfaceText, type MulticastInterface, type Sender, withoutZone } from '../link/multicast-interface.js'
import { type MulticastLink, type MulticastMedium, multicastError } from '../link/multicast-link.js'
import { SERVICE_ENUMERATION } from '../records/service-type.js'
import { writeMulticastQueries } from '../records/write-messages.js'

/** Checks that multicast goes out and comes in. */
export const loopbackCheck: CheckDescription = {
  id: 'zeroconf-loopback',
  checks: 'messages that this host multicasts on an interface come back to it',
  levels: ['ok', 'warning', 'error'],
  follows: ['zeroconf-port'],
}

/** Checks that a host answers on the link. */
export const answersCheck: CheckDescription = {
  id: 'zeroconf-answers',
  checks: 'a host on the link answers multicast DNS, for any service',
  levels: ['ok', 'notice'],
}

/** Reports whether multicast works on one interface, and whether any host answers there. */
export function* checkLink(
  { networkInterface, error, refusal, notes, isLoopedBack, fault, answerers }: LinkFacts,
  port: number,
): Iterable<Finding> {
  const subject = escapeText(interfaceText(networkInterface))
  if (error !== undefined) {
    yield finding(loopbackCheck, 'error', {
      subject,
      seen: error.message,
      meaning: 'this link cannot be queried',
      remedies: errorRemedies(networkInterface.name, error.code, port),
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
  // A port of its own receives no multicast.
  if (refusal !== undefined) {
    const meaning = 'it is not known whether multicast comes in here'
    const seen = `not checked: the port cannot be shared (${escapeText(refusal)})`
    yield finding(loopbackCheck, 'warning', { subject, seen, meaning, checked: false, follows: ['zeroconf-port'] })
  } else if (isLoopedBack && fault !== undefined && notes.length === 0) {
    yield finding(loopbackCheck, 'error', {
      subject,
      seen: escapeText(fault),
      meaning:
        'a firewall on this host drops a part of multicast DNS: hosts that announce over that IP version alone are not found',
      remedies: firewallRemedies(networkInterface.name, port),
    })
  } else if (isLoopedBack) {
    yield finding(loopbackCheck, 'ok', { subject, seen: 'messages come back' })
  } else {
    yield finding(loopbackCheck, 'error', {
      subject,
      seen: 'messages do not come back',
      meaning: 'a firewall on this host drops multicast DNS: no answer arrives',
      remedies: firewallRemedies(networkInterface.name, port),
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
      seen: 'no host answers',
      meaning: 'no host speaks multicast DNS on this link, or a switch or a firewall on the way drops it',
      remedies: commands('root on a host with an MDS', 'systemctl enable --now avahi-daemon'),
    })
  }
}

function errorRemedies(name: string, code: string, port: number): readonly Remedy[] {
  const command = (text: string | undefined): readonly Remedy[] => commands('root', text)
  if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH') return command(shellText`ip route add 224.0.0.0/4 dev ${name}`)
  if (code === 'EPERM') return firewallRemedies(name, port)
  if (code === 'ENOBUFS') return command('sysctl -w net.ipv4.igmp_max_memberships=100')
  if (code === 'EADDRNOTAVAIL' || code === 'ENODEV') return command(shellText`ip link set dev ${name} up`)
  return []
}

function firewallRemedies(name: string, port: number): readonly Remedy[] {
  const iptables = shellText`iptables -I INPUT -i ${name} -p udp --dport ${port} -j ACCEPT && iptables -I OUTPUT -o ${name} -p udp --dport ${port} -j ACCEPT`
  // nft reads the name once more, as a word of its own syntax; to iptables a plus sign at its end stands for any other end.
  const isPlain = /^[A-Za-z0-9._-]+$/.test(name)
  return commands(
    'root',
    ...(isPlain
      ? [
          {
            software: 'nft',
            text: shellText`nft insert rule inet filter input iifname ${name} udp dport ${port} accept`,
          },
          { software: 'iptables', text: iptables },
        ]
      : []),
    { software: 'firewalld', text: 'firewall-cmd --permanent --add-service=mdns && firewall-cmd --reload' },
  )
}

/** Milliseconds between sends: datagrams may be lost. */
const SEND_INTERVAL = 250

/** Observations on one interface. */
export interface LinkFacts {
  readonly networkInterface: MulticastInterface
  /** The error with which it could not be opened, or broke. */
  readonly error: { readonly code: string; readonly message: string } | undefined
  /** The error with which the shared port could not be opened. */
  readonly refusal: string | undefined
  /** Parts that do not work, as phrases. */
  readonly notes: readonly string[]
  /** True when our own question came back. */
  readonly isLoopedBack: boolean
  /** The reason why silence means nothing there although something came back; `undefined` when none is known. */
  readonly fault: string | undefined
  /** The addresses that answered, ours among them. */
  readonly answerers: readonly string[]
}

/** Options of {@link probeLink}. */
interface LinkProbe {
  readonly medium: MulticastMedium
  readonly port: number
  /** Milliseconds. */
  readonly time: number
  readonly clock?: Clock | undefined
  readonly signal: AbortSignal
}

/**
 * Sends the service enumeration query on a link, and collects the addresses that answer and whether the query itself
 * comes back.
 */
export async function probeLink(networkInterface: MulticastInterface, probe: LinkProbe): Promise<LinkFacts> {
  const { medium, port, time, clock = systemClock } = probe
  const abort = new AbortController()
  const messages = writeMulticastQueries([{ name: SERVICE_ENUMERATION, type: RecordType.PTR }])
  const own = new Set(networkInterface.subnets.map((subnet) => withoutZone(subnet.address)))
  const answerers = new Set<string>()
  let isLoopedBack = false
  let failure: unknown
  let link: MulticastLink | undefined
  const onMessage = (bytes: Uint8Array, { address }: Sender): void => {
    if (messages.some((message) => Buffer.compare(message, bytes) === 0)) isLoopedBack ||= own.has(withoutZone(address))
    else if (isResponse(bytes)) answerers.add(address)
  }
  try {
    link = await medium.open(networkInterface, {
      port,
      signal: abort.signal,
      fallback: true,
      onMessage,
      onError: (error) => {
        failure ??= error
      },
    })
    const endsAt = clock.now() + time
    while (clock.now() < endsAt && failure === undefined) {
      for (const message of messages) link.send(message, (error) => (failure ??= error ?? undefined))
      await clock.sleep(Math.min(SEND_INTERVAL, Math.max(endsAt - clock.now(), 1)), abort.signal)
    }
    await link.receivePending()
  } catch (error) {
    probe.signal.throwIfAborted()
    failure ??= error
  } finally {
    link?.close()
    abort.abort()
  }
  return {
    networkInterface,
    error: failure === undefined ? undefined : multicastError(networkInterface, failure),
    refusal: link?.refusal?.message,
    notes: link?.notes ?? [],
    isLoopedBack,
    fault: link?.fault?.message,
    answerers: [...answerers],
  }
}

function isResponse(bytes: Uint8Array): boolean {
  try {
    return readHeader(bytes).response
  } catch {
    return false
  }
}
