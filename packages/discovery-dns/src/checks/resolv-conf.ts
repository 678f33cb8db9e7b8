import { canonicalAddress, escapeText, quoteText } from '@pstorage/discovery-core'
import { type CheckDescription, type Finding, finding, remedy } from '@pstorage/discovery-core/checks'
import { type Name, nameToText } from '@pstorage/dns-message'
import { parseDomain } from '../domain-name.js'
import type { ResolvConfFacts } from './host-settings.js'

/** How many name servers of the file are used. */
const MAX_NAMESERVERS = 3

/** Whether resolv.conf can be used. */
export const resolvConfCheck: CheckDescription = {
  id: 'dns-resolv-conf',
  checks: 'resolv.conf can be read, and every nameserver line of it counts',
  levels: ['ok', 'notice', 'warning', 'error'],
}

/** Whether there is a domain to look in. */
export const searchListCheck: CheckDescription = {
  id: 'dns-search-list',
  checks: 'there is a search domain, and every one is a name; without one nothing can be asked',
  levels: ['ok', 'warning', 'error'],
}

/** Reads the lines of resolv.conf that name servers. */
export function* checkResolvConf({ path, text, fault, forServers }: ResolvConfFacts): Iterable<Finding> {
  const subject = escapeText(path)
  const line = (content: string, replaces: string | null = null) =>
    remedy({ kind: 'resolv.conf', place: path, replaces, text: content })
  if (fault !== undefined) {
    yield finding(resolvConfCheck, 'error', {
      subject,
      seen: `cannot be read: ${fault.code}`,
      meaning: 'nobody knows which name servers to ask',
      remedies: [remedy({ kind: 'command', place: 'root', text: `chmod a+r ${path}` })],
      checked: false,
    })
    return
  }
  if (!forServers) return
  const lines = (text ?? '').split(/\r\n|\n|\r/)
  const named = lines.filter((each) => /^nameserver[ \t]/.test(each))
  const found: Finding[] = []
  const good = named.filter((each) => canonicalAddress(addressOf(each)) !== undefined)
  for (const each of named.filter((candidate) => !good.includes(candidate))) {
    const seen = `${quoteText(addressOf(each), { maxLength: 80 })} is no IP address`
    found.push(
      finding(resolvConfCheck, 'warning', {
        subject,
        seen,
        meaning: 'the line is ignored',
        remedies: [line('', each)],
      }),
    )
  }
  if (good.length === 0) {
    const seen = text === undefined ? 'is not there' : 'names no name server'
    const meaning = 'the one on this host is asked (127.0.0.1 and ::1), if there is one'
    found.push(
      finding(resolvConfCheck, 'warning', { subject, seen, meaning, remedies: [line('nameserver <ADDRESS>')] }),
    )
  }
  for (const each of good.slice(MAX_NAMESERVERS)) {
    const seen = `${addressOf(each)} is the fourth name server or a later one`
    const meaning = `only the first ${MAX_NAMESERVERS} are asked`
    found.push(finding(resolvConfCheck, 'notice', { subject, seen, meaning, remedies: [line('', each)] }))
  }
  yield* found
  if (found.length > 0) return
  const seen = `names ${good.map(addressOf).join(', ')}`
  yield finding(resolvConfCheck, 'ok', { subject, seen })
}

/** Reads the lines of resolv.conf that name domains. */
export function* checkSearchList(
  { path, text, fault, forDomains }: ResolvConfFacts,
  domains: readonly Name[],
): Iterable<Finding> {
  if (!forDomains || fault !== undefined) return
  const subject = escapeText(path)
  // The last of these lines holds.
  const [line] = (text ?? '')
    .split(/\r\n|\n|\r/)
    .filter((each) => /^(?:search|domain)[ \t]/.test(each))
    .slice(-1)
  const words = process.env.LOCALDOMAIN?.split(/[ \t]+/) ?? line?.split(/[ \t]+/).slice(1) ?? []
  const wrong = words.filter((word) => word !== '' && word !== '.' && !isDomain(word))
  const good = domains.map(nameToText)
  if (wrong.length > 0) {
    const text = good.length > 0 ? `search ${good.join(' ')}` : 'search <DOMAIN>'
    yield finding(searchListCheck, 'warning', {
      subject,
      seen: `${wrong.map((word) => quoteText(word, { maxLength: 80 })).join(', ')}: no domain name`,
      meaning: 'it is left out',
      remedies: [remedy({ kind: 'resolv.conf', place: path, replaces: line ?? null, text })],
    })
  }
  if (good.length === 0) {
    yield finding(searchListCheck, 'error', {
      subject,
      seen: 'there is no search domain, and the name of this host has none either',
      meaning: 'nothing can be asked: names are only ever looked up below a domain',
      remedies: [remedy({ kind: 'resolv.conf', place: path, replaces: line ?? null, text: 'search <DOMAIN>' })],
    })
  } else if (wrong.length === 0) {
    yield finding(searchListCheck, 'ok', { subject, seen: `clusters are looked for in ${good.join(', ')}` })
  }
}

function addressOf(line: string): string {
  return (
    line
      .replace(/[#;].*$/, '')
      .trim()
      .split(/[ \t]+/)[1] ?? ''
  )
}

function isDomain(word: string): boolean {
  try {
    return parseDomain(word).length > 0
  } catch {
    return false
  }
}
