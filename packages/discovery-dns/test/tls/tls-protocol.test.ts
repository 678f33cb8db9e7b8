import { describe, expect, it } from 'vitest'
import { faultOfProtocol, type TlsPurpose } from '../../src/transport/tls/tls-socket.js'

interface Row {
  readonly selected: string | false | null
  readonly purpose: TlsPurpose
  readonly requireAlpn: boolean
  /** `undefined`: nothing is wrong. */
  readonly says?: RegExp
}

const both = [true, false]
const rows: readonly Row[] = [
  ...both.flatMap((requireAlpn): readonly Row[] => [
    { selected: 'dot', purpose: 'querying', requireAlpn },
    { selected: 'dot', purpose: 'transferring', requireAlpn },
    { selected: false, purpose: 'querying', requireAlpn },
    { selected: null, purpose: 'querying', requireAlpn },
    { selected: 'h2', purpose: 'querying', requireAlpn, says: /another protocol than "dot" \(ALPN\): .h2./ },
    { selected: 'h2', purpose: 'transferring', requireAlpn, says: /another protocol than "dot"/ },
    { selected: 'DOT', purpose: 'transferring', requireAlpn, says: /another protocol than "dot"/ },
    { selected: '\x1b[2J', purpose: 'querying', requireAlpn, says: /\\x1b\[2J/ },
  ]),
  { selected: false, purpose: 'transferring', requireAlpn: true, says: /RFC 9103.*--tls-alpn offer/ },
  { selected: null, purpose: 'transferring', requireAlpn: true, says: /--tls-alpn offer/ },
  { selected: false, purpose: 'transferring', requireAlpn: false },
]

describe('TCP-10: the protocol that a server has selected', () => {
  it.each(rows)('$selected for $purpose, required: $requireAlpn', ({ selected, purpose, requireAlpn, says }) => {
    const fault = faultOfProtocol(selected, { requireAlpn }, purpose)
    if (says === undefined) return expect(fault).toBeUndefined()
    expect(fault).toMatchObject({ code: 'EALPN', status: 'failed', message: expect.stringMatching(says) })
  })
})
