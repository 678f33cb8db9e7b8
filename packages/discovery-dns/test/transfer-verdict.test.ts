import { RecordType } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { parseNameServer } from '../src/config/name-server.js'
import type { ServerFault } from '../src/reply/server-fault.js'
import { TransferNames } from '../src/transfer/names/transfer-names.js'
import {
  type ServerTransfer,
  serverAttempts,
  type TransferEvidence,
  transferVerdict,
} from '../src/transfer/transfer-verdict.js'
import { a, message, name, ns, record, scanned, srv } from './records.js'

const apex = 'pstorage.test'
const servers = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'].map((address) => parseNameServer(address))
const [first, second, third, own] = servers as [
  (typeof servers)[0],
  (typeof servers)[0],
  (typeof servers)[0],
  (typeof servers)[0],
]

/** The behaviour of a server: it gives a zone, or not. */
type Word = 'names' | 'none' | 'cut' | 'no domain' | 'REFUSED' | 'NOTAUTH' | 'NOTIMP' | 'FORMERR' | 'SERVFAIL' | Silent
type Silent = 'silent' | 'closed' | 'rubbish' | 'changing' | 'FORMERR signature'

const faults: Readonly<Record<string, Pick<ServerFault, 'status' | 'code'>>> = {
  REFUSED: { status: 'refused', code: 'REFUSED' },
  NOTAUTH: { status: 'refused', code: 'NOTAUTH' },
  NOTIMP: { status: 'failed', code: 'NOTIMP' },
  FORMERR: { status: 'failed', code: 'FORMERR' },
  SERVFAIL: { status: 'failed', code: 'SERVFAIL' },
  silent: { status: 'timeout', code: 'ETIMEDOUT' },
  closed: { status: 'unreachable', code: 'ECONNREFUSED' },
  rubbish: { status: 'malformed', code: 'EBADTRANSFER' },
  changing: { status: 'failed', code: 'EZONECHANGED' },
  'FORMERR signature': { status: 'malformed', code: 'FORMERR' },
}

function transferOf(server: (typeof servers)[0], word: Word): ServerTransfer {
  const fault = faults[word]
  if (fault !== undefined) return { server, fault: { server, ...fault, reason: `said ${word}` } }
  const names = new TransferNames({
    apex: name(apex),
    service: name('_pstorage._tcp'),
    domain: name(word === 'no domain' ? `sub.${apex}` : apex),
  })
  const answers = {
    names: [record(`_pstorage._tcp.alpha.${apex}`, srv('h1.test'))],
    none: [record(`h1.${apex}`, a('192.0.2.1'))],
    cut: [record(`sub.${apex}`, ns('ns.other.test'))],
    'no domain': [],
  }[word as 'names']
  const scan = scanned(message(apex, RecordType.AXFR, { answers }))
  for (let index = 0; index < scan.answers; index += 1) names.add(scan, index)
  return { server, names }
}

interface Row {
  /** The behaviour of each of the listed servers; `undefined`: it was not queried. */
  readonly listed: readonly (Word | undefined)[]
  readonly own?: Word
  /** True if the second server has named the zone, and the first has not answered about it. */
  readonly unheard?: boolean
  readonly is: string
  readonly by?: (typeof servers)[0]
}

function evidenceOf({ listed, own: word, unheard = false }: Row): TransferEvidence {
  const configured = listed.flatMap((each, index) => {
    const server = servers[index]
    return each === undefined || server === undefined ? [] : [transferOf(server, each)]
  })
  return {
    domain: name(apex),
    apex: name(apex),
    listed: servers.slice(0, listed.length),
    configured,
    authoritative: word === undefined ? [] : [transferOf(own, word)],
    unheard: unheard ? [{ server: first, status: 'timeout', code: 'ETIMEDOUT', reason: 'was not heard' }] : [],
  }
}

const rows: readonly Row[] = [
  { listed: ['names'], is: 'found', by: first },
  { listed: ['none'], is: 'empty', by: first },
  { listed: ['cut'], is: 'failed', by: first },
  { listed: ['no domain'], is: 'unavailable', by: first },
  { listed: ['REFUSED'], is: 'refused', by: first },
  { listed: [undefined], is: 'timeout' },
  { listed: [], is: 'timeout' },

  // Names count from any server.
  ...(['none', 'cut', 'REFUSED', 'SERVFAIL', 'silent', undefined] as const).map((word): Row => {
    return { listed: [word, 'names'], is: 'found', by: second }
  }),
  { listed: ['silent'], own: 'names', is: 'found', by: own },

  // A denial waits for the servers before it.
  { listed: ['none', 'none'], is: 'empty', by: first },
  { listed: ['none', undefined], is: 'empty', by: first },
  { listed: [undefined, 'none'], is: 'timeout', by: first },
  { listed: ['cut', 'none'], is: 'failed', by: first },
  { listed: ['none', 'cut'], is: 'failed', by: second },
  { listed: ['none', 'silent'], is: 'empty', by: first },
  ...(['REFUSED', 'NOTAUTH'] as const).map((word): Row => ({ listed: [word, 'none'], is: 'refused', by: first })),
  ...(['NOTIMP', 'FORMERR', 'SERVFAIL', 'changing'] as const).map((word): Row => {
    return { listed: [word, 'none'], is: 'failed', by: first }
  }),
  { listed: ['silent', 'none'], is: 'timeout', by: first },
  { listed: ['closed', 'none'], is: 'unreachable', by: first },
  { listed: ['rubbish', 'none'], is: 'malformed', by: first },
  { listed: ['silent', 'REFUSED', 'none'], is: 'timeout', by: first },
  { listed: ['none', 'REFUSED', 'none'], is: 'empty', by: first },

  // A refusal is not held against the servers of the zone, anything else is.
  ...(['REFUSED', 'NOTAUTH', 'NOTIMP', 'FORMERR'] as const).map((word): Row => {
    return { listed: [word], own: 'none', is: 'empty', by: own }
  }),
  { listed: ['REFUSED', 'none'], own: 'none', is: 'empty', by: own },
  { listed: ['REFUSED', 'none', undefined], own: 'none', is: 'empty', by: own },
  { listed: ['REFUSED', 'NOTIMP'], own: 'none', is: 'empty', by: own },
  { listed: ['SERVFAIL'], own: 'none', is: 'failed', by: first },
  { listed: ['changing'], own: 'none', is: 'failed', by: first },
  { listed: ['silent'], own: 'none', is: 'timeout', by: first },
  { listed: ['closed'], own: 'none', is: 'unreachable', by: first },
  { listed: ['rubbish'], own: 'none', is: 'malformed', by: first },
  { listed: ['FORMERR signature'], own: 'none', is: 'malformed', by: first },
  { listed: ['REFUSED', 'silent'], own: 'none', is: 'timeout', by: second },
  { listed: ['REFUSED'], own: 'cut', is: 'failed', by: own },
  { listed: ['REFUSED'], own: 'REFUSED', is: 'refused', by: first },
  { listed: ['silent'], own: 'REFUSED', is: 'refused', by: own },

  // A server that was not heard about the zone has to deny by a transfer.
  { listed: ['none', 'none'], unheard: true, is: 'empty', by: first },
  { listed: [undefined, 'none'], unheard: true, is: 'timeout', by: first },
  { listed: ['REFUSED', 'REFUSED'], own: 'none', unheard: true, is: 'refused', by: first },
  { listed: [undefined, 'none'], own: 'none', unheard: true, is: 'timeout', by: first },
  { listed: ['REFUSED', 'names'], unheard: true, is: 'found', by: second },
]

describe('transferVerdict', () => {
  it.each(rows)('$listed, of the zone $own, unheard $unheard: $is', (row) => {
    const verdict = transferVerdict(evidenceOf(row))
    const text = typeof verdict.server === 'string' ? verdict.server : verdict.server?.text
    expect([verdict.kind === 'failed' ? verdict.status : verdict.kind, text]).toEqual([row.is, row.by?.text])
  })

  it('names all servers where a denial does not count', () => {
    const verdict = transferVerdict(evidenceOf({ listed: ['silent', 'REFUSED', 'none'], is: '' }))
    expect(verdict).toMatchObject({
      error: {
        code: 'ETIMEDOUT',
        message:
          `${first.text} said silent; ${second.text} said REFUSED; ` +
          `the denial of ${third.text} alone does not count`,
      },
      against: [{ code: 'ETIMEDOUT' }, { code: 'REFUSED' }],
    })
    const refused = transferVerdict(evidenceOf({ listed: ['REFUSED', 'silent'], own: 'none', is: '' }))
    expect(refused).toMatchObject({
      error: {
        message:
          `${second.text} said silent; ${first.text} said REFUSED; ` + `the denial of ${own.text} alone does not count`,
      },
    })
  })

  it('says why a zone does not deny', () => {
    const cut = transferVerdict(evidenceOf({ listed: ['cut'], is: '' }))
    expect(cut).toMatchObject({
      error: {
        code: 'EZONECUT',
        message: 'the zone pstorage.test delegates sub.pstorage.test (NS), so its transfer denies no cluster',
      },
    })
    const missing = transferVerdict(evidenceOf({ listed: ['no domain'], is: '' }))
    expect(missing).toMatchObject({ error: { code: 'ENOSUCHDOMAIN' } })
  })
})

describe('serverAttempts', () => {
  it('lists every server that was asked, as they are listed', () => {
    const evidence = evidenceOf({ listed: ['silent', undefined, 'cut'], own: 'names', is: '' })
    const { configured } = evidence
    expect(serverAttempts({ ...evidence, configured: configured.toReversed() })).toMatchObject([
      { server: first.text, status: 'timeout', error: { code: 'ETIMEDOUT', message: 'said silent' }, detail: null },
      { server: third.text, status: 'failed', error: { code: 'EZONECUT' } },
      { server: own.text, status: 'found', error: null },
    ])
  })

  it('lists one that was not heard about the zone', () => {
    expect(serverAttempts(evidenceOf({ listed: [undefined, 'none'], unheard: true, is: '' }))).toEqual([
      {
        server: first.text,
        status: 'timeout',
        error: { code: 'ETIMEDOUT', message: 'was not heard' },
        detail: null,
      },
      { server: second.text, status: 'empty', error: null, detail: 'the whole zone has none' },
    ])
  })

  it('lists one server once that is configured and of the zone', () => {
    const evidence = evidenceOf({ listed: ['REFUSED', 'none'], is: '' })
    const authoritative = evidence.configured.slice(1)
    expect(transferVerdict({ ...evidence, authoritative })).toMatchObject({ kind: 'empty', server: second })
    expect(serverAttempts({ ...evidence, authoritative }).map(({ server }) => server)).toEqual([
      first.text,
      second.text,
    ])
  })
})
