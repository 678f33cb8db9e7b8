import { resolve as absolutePath } from 'node:path'
import { escapeText, quoteText } from '@pstorage/discovery-core'
import {
  type CheckDescription,
  commands,
  type Finding,
  type FindingLevel,
  finding,
  type Remedy,
  remedy,
  shellText,
} from '@pstorage/discovery-core/checks'
import { nameToText } from '@pstorage/dns-message'
import type { AxfrMode } from '../../lookup/dns-context.js'
import type { ServerFault } from '../../reply/server-fault.js'
import type { KeyFacts, TransferAttempt, TransferFacts } from './transfer-facts.js'

/** The check that the zone can be transferred, when that is needed. */
export const transferCheck: CheckDescription = {
  id: 'dns-transfer',
  checks: 'the zone can be transferred, where names are to be found by that, or a key was given',
  levels: ['ok', 'warning', 'error'],
  follows: ['dns-tsig-key'],
}

/** The check that the zone cannot be transferred without a key. */
export const transferOpenCheck: CheckDescription = {
  id: 'dns-transfer-open',
  checks: 'no name server gives the whole zone to a client without a key',
  levels: ['ok', 'notice'],
}

/** The check that the key can be used. */
export const tsigKeyCheck: CheckDescription = {
  id: 'dns-tsig-key',
  checks: 'the key that signs transfers can be read by its user alone, and every name server has the same one',
  levels: ['ok', 'warning', 'error'],
}

/** The check that the clocks agree. */
export const tsigClockCheck: CheckDescription = {
  id: 'dns-tsig-clock',
  checks: 'the clocks of the name servers and of this host agree, as signatures need it',
  levels: ['ok', 'error'],
}

/** Checks the transfers of one zone. @param namesByTxt true when TXT lists names, so that no transfer is needed */
export function* checkTransfers(
  facts: TransferFacts,
  { axfr, namesByTxt }: { readonly axfr: AxfrMode; readonly namesByTxt: boolean },
): Iterable<Finding> {
  const zone = nameToText(facts.apex)
  yield* checkKey(facts)
  for (const attempt of facts.attempts) {
    const subject = `${zone} @${attempt.server.text}`
    if (attempt.plain === undefined) {
      yield finding(transferOpenCheck, 'notice', {
        subject,
        seen: `gives the whole zone to ${attempt.ownAddress} without a key`,
        meaning: 'every host that may query it from there can list all names; this is fine if only trusted hosts may',
        remedies: hasPlainName(facts.key) ? closingRemedies(facts, attempt) : [],
      })
    } else if (attempt.plain.status === 'refused') {
      yield finding(transferOpenCheck, 'ok', { subject, seen: 'refuses to give the zone without a key' })
    } else {
      const seen = `not checked: the server ${escapeText(attempt.plain.reason)}`
      const meaning = 'it is not known whether a client without a key can transfer the zone'
      yield finding(transferOpenCheck, 'notice', { subject, seen, meaning, checked: false })
    }
    const wanted = facts.key.kind === 'key' ? attempt.signed : attempt.plain
    if (wanted === undefined) {
      yield finding(transferCheck, 'ok', { subject, seen: 'can be transferred' })
      continue
    }
    if (isAboutKey(wanted)) continue
    const isNeeded = axfr === 'always' || facts.key.kind === 'key' || !namesByTxt
    if (!isNeeded) {
      yield finding(transferCheck, 'ok', {
        subject,
        seen: 'cannot be transferred, which is not needed: TXT has the names',
      })
      continue
    }
    const level: FindingLevel = axfr === 'always' ? 'error' : 'warning'
    yield finding(transferCheck, level, {
      subject,
      seen: `cannot be transferred: the server ${escapeText(wanted.reason)}`,
      meaning: 'clusters that TXT does not list are not found',
      remedies: wanted.status === 'refused' && hasPlainName(facts.key) ? openingRemedies(facts, attempt) : [],
      follows: facts.key.kind === 'failed' ? [tsigKeyCheck.id] : [],
    })
  }
}

function isAboutKey({ code }: ServerFault): boolean {
  return ['BADKEY', 'BADSIG', 'BADTIME', 'BADTRUNC', 'EUNSIGNED'].includes(code)
}

function* checkKey({ key, attempts }: TransferFacts): Iterable<Finding> {
  if (key.kind === 'none') return
  if (key.kind === 'failed') {
    yield finding(tsigKeyCheck, 'error', {
      subject: escapeText(key.file),
      seen: key.message,
      meaning: 'nothing can be signed, and so no zone is transferred',
      remedies: commands('you', shellText`namei -l ${absolutePath(key.file)}`),
    })
    return
  }
  if (key.readable) {
    yield finding(tsigKeyCheck, 'warning', {
      subject: escapeText(key.file ?? ''),
      seen: 'everybody on this host can read it',
      meaning: 'who has read it can transfer the zone; make a new key as well',
      remedies: commands('root', shellText`chmod o-r ${absolutePath(key.file ?? '')}`),
    })
  }
  for (const { server, signed } of attempts) {
    if (signed === undefined || !isAboutKey(signed)) {
      if (signed === undefined) {
        yield finding(tsigKeyCheck, 'ok', { subject: server.text, seen: `has the key ${quoteText(key.key.name)}` })
        yield finding(tsigClockCheck, 'ok', { subject: server.text, seen: 'its clock and ours agree' })
      }
      continue
    }
    const isTime = signed.code === 'BADTIME'
    yield finding(isTime ? tsigClockCheck : tsigKeyCheck, 'error', {
      subject: server.text,
      seen: escapeText(signed.reason),
      meaning: isTime
        ? 'signatures of another time are refused: let the time service slew the wrong clock, as a step can harm what runs there'
        : 'it refuses what is signed with this key',
      remedies: isTime ? clockRemedies(server.text) : keyRemedies(key, signed),
    })
  }
}

function clockRemedies(server: string): readonly Remedy[] {
  return ['you', `you on ${server}`].flatMap((place) =>
    commands(place, { software: 'chrony', text: 'chronyc tracking' }, { software: 'systemd', text: 'timedatectl' }),
  )
}

type UsableKey = Extract<KeyFacts, { kind: 'key' }>

/** Returns the remedies that replace the secret where the server has it: a second key of the name is refused. */
function secretRemedies({ key, file }: UsableKey, server: string): readonly Remedy[] {
  const place = `the key ${quoteText(key.name)} of the name server ${server}`
  const secret = secretOf(file)
  const line = (software: string, before: string, after: string): Remedy =>
    remedy({
      kind: 'server',
      place,
      software,
      replaces: `${before}<OLD SECRET>${after}`,
      text: `${before}${secret}${after}`,
    })
  return [line('BIND', 'secret "', '";'), line('Knot', 'secret: ', ''), line('NSD', 'secret: "', '"')]
}

/** Returns the remedies that install the key at the server; they never show the secret. */
function keyRemedies(facts: UsableKey, { code, server }: ServerFault): readonly Remedy[] {
  if (!hasPlainName(facts)) return []
  if (code === 'BADSIG') return secretRemedies(facts, server.text)
  const { key, file } = facts
  const place = `the name server ${server.text}`
  const secret = secretOf(file)
  const include = file === undefined ? '<KEY FILE>' : absolutePath(file)
  // In the syntax of named a quoted string ends at a quote, and nothing else can be escaped in a path.
  const bind = /^[ !#-[\]-~]+$/.test(include)
    ? [remedy({ kind: 'server', place, software: 'BIND', text: `include "${include}";` })]
    : []
  return [
    ...bind,
    remedy({
      kind: 'server',
      place,
      software: 'Knot',
      text: `key:\n  - id: ${key.name}\n    algorithm: ${key.algorithm}\n    secret: ${secret}`,
    }),
    remedy({
      kind: 'server',
      place,
      software: 'NSD',
      text: `key:\n    name: ${key.name}\n    algorithm: ${key.algorithm}\n    secret: ${secret}`,
    }),
  ]
}

/** Returns whether settings can name the key as it is: a key may have any text for its name, and each server quotes otherwise. */
function hasPlainName(key: KeyFacts): boolean {
  return key.kind !== 'key' || /^[A-Za-z0-9._-]+$/.test(key.key.name)
}

/** Returns what the reader fills in. A path with a quote in it would end that of the settings. */
function secretOf(file: string | undefined): string {
  const isPlain = file !== undefined && /^[A-Za-z0-9_./-]+$/.test(file)
  return `<SECRET IN ${isPlain ? file : 'THE KEY'}>`
}

function closingRemedies({ apex, key }: TransferFacts, { server }: TransferAttempt): readonly Remedy[] {
  const place = `zone ${nameToText(apex)} of the name server ${server.text}`
  const name = key.kind === 'key' ? key.key.name : undefined
  const bind = name === undefined ? 'none;' : `key "${name}";`
  return [
    remedy({ kind: 'server', place, software: 'BIND', text: `allow-transfer { ${bind} };` }),
    remedy({ kind: 'server', place, software: 'Knot', text: name === undefined ? 'acl: []' : 'acl: transfer' }),
    remedy({
      kind: 'server',
      place,
      software: 'NSD',
      text: name === undefined ? '# take every "provide-xfr:" out of the zone' : `provide-xfr: 0.0.0.0/0 ${name}`,
    }),
  ]
}

function openingRemedies({ apex, key }: TransferFacts, { server, ownAddress }: TransferAttempt): readonly Remedy[] {
  const zone = nameToText(apex)
  const place = `zone ${zone} of the name server ${server.text}`
  const name = key.kind === 'key' ? key.key.name : undefined
  const bind = name === undefined ? `${ownAddress};` : `key "${name}";`
  const knot = name === undefined ? `address: ${ownAddress}` : `key: ${name}`
  return [
    remedy({ kind: 'server', place, software: 'BIND', text: `allow-transfer { ${bind} };` }),
    remedy({
      kind: 'server',
      place: `the name server ${server.text}`,
      software: 'Knot',
      text: `acl:\n  - id: transfer\n    ${knot}\n    action: transfer\nzone:\n  - domain: ${zone}\n    acl: transfer`,
    }),
    remedy({ kind: 'server', place, software: 'NSD', text: `provide-xfr: ${ownAddress} ${name ?? 'NOKEY'}` }),
  ]
}
