import { nameToText, ResponseCode, responseCode, responseCodeName } from '@pstorage/dns-message'
import { describe, expect, test } from 'vitest'
import { answerRows, answerZone } from './fixtures/answer-rows.js'
import { queryBytes } from './support/query-bytes.js'
import { sectionsText } from './support/record-text.js'
import { responderOf, response } from './support/responder-of.js'

const d = '.pstorage.test'

describe('answers from a zone', () => {
  const responder = responderOf({ origin: 'pstorage.test', zone: answerZone })

  test.each(answerRows)('%s %s', (name, type, expected) => {
    const message = response(responder, queryBytes(name, type, { payload: 1232 }))
    expect({
      rcode: responseCodeName(responseCode(message)),
      aa: message.header.authoritative,
      ...sectionsText(message),
    }).toEqual({
      rcode: expected.rcode ?? 'NOERROR',
      aa: expected.aa ?? true,
      answers: expected.answers ?? [],
      authorities: expected.authorities ?? [],
      additionals: expected.additionals ?? [],
    })
  })

  test('the question comes back in its own case', () => {
    const message = response(responder, queryBytes('S1.PStorage.TEST', 'A'))
    expect(message.questions.map(({ name }) => nameToText(name))).toEqual(['S1.PStorage.TEST'])
  })

  test('an alias chain is followed for 16 steps', () => {
    const aliases = Array.from({ length: 40 }, (_, index) => `c${index} CNAME c${index + 1}\n`).join('')
    const long = responderOf({ origin: 'pstorage.test', zone: `$TTL 1\n@ SOA . . 1 1 1 1 1\n${aliases}` })
    expect(response(long, queryBytes(`c0${d}`, 'A', { payload: 1232 })).answers).toHaveLength(17)
  })

  test('a zone at the root', () => {
    const root = responderOf({ origin: '.', zone: '$TTL 1\n@ SOA . . 1 1 1 1 1\na TXT x' })
    expect(sectionsText(response(root, queryBytes('a', 'TXT'))).answers).toEqual(['a 1 TXT "x"'])
    expect(response(root, queryBytes('b.a', 'TXT')).header.rcode).toBe(ResponseCode.NXDOMAIN)
  })
})

describe('zones that cannot be', () => {
  const head = '$TTL 1\n@ SOA . . 1 1 1 1 1\n'
  const refusals: [name: string, text: string, line: number | undefined][] = [
    ['no SOA record', '$TTL 1\na A 10.0.0.1', undefined],
    ['nothing at all', '', undefined],
    ['two SOA records', `${head}@ SOA . . 2 1 1 1 1`, 3],
    ['an SOA record below the origin', `${head}a SOA . . 2 1 1 1 1`, 3],
    ['a CNAME beside others', `${head}a A 10.0.0.1\na CNAME b`, 4],
    ['others beside a CNAME', `${head}a CNAME b\nA A 10.0.0.1`, 4],
    ['two CNAMEs', `${head}a CNAME b\na CNAME c`, 4],
    ['a CNAME at the origin', `${head}@ CNAME b`, 3],
    ['an owner outside', `${head}a.example. A 10.0.0.1`, 3],
    ['an owner that only looks inside', `${head}evilpstorage.test. A 10.0.0.1`, 3],
  ]
  test.each(refusals)('%s', (_name, text, line) => {
    expect(() => responderOf({ origin: 'pstorage.test', zone: text })).toThrow(
      expect.objectContaining({ code: 'ERR_ZONE_INVALID', line }),
    )
  })

  test('the same CNAME twice is one', () => {
    const responder = responderOf({ origin: 'pstorage.test', zone: `${head}a CNAME b\na CNAME b` })
    expect(response(responder, queryBytes(`a${d}`, 'CNAME')).answers).toHaveLength(1)
  })
})
