import { describe, expect, it } from 'vitest'
import {
  type KnotServerOptions,
  keyFile,
  knotServer,
  manPageDomain,
  manPageServer,
  manPageZone,
  namedServer,
  nsdServer,
  type RealServer,
  type TransferKey,
} from '../src/index.js'
import { outcome, printed, records } from './dig.js'

type Start = (options: KnotServerOptions) => Promise<RealServer>

const zones = { [manPageDomain]: manPageZone }
const serial = 1_995_032_001
const whole = '17 records'

const key: TransferKey = {
  name: 'transfer-key',
  algorithm: 'hmac-sha256',
  secret: 'aSBrbm93IHNvbWV0aGluZyB0aGF0IHlvdSBrbm93IHRvbw==',
}
const wrongSecret: TransferKey = { ...key, secret: 'aSBrbm93IG5vdGhpbmcgb2Ygd2hhdCB5b3Uga25vdyAuLi4=' }
const unknownKey: TransferKey = { ...key, name: 'unknown-key' }

async function transfer(server: RealServer, signer: TransferKey | undefined): Promise<string> {
  if (signer === undefined) return outcome(await printed('dig', server, '+comments', manPageDomain, 'AXFR'))
  await using file = await keyFile(signer)
  return outcome(await printed('dig', server, '+comments', '-k', file.file, manPageDomain, 'AXFR'))
}

interface Denied {
  readonly unsigned: string
  readonly signed: string
}

const refused: Denied = { unsigned: 'REFUSED', signed: 'REFUSED' }
const notAuthorized: Denied = { unsigned: 'NOTAUTH', signed: 'BADKEY' }

describe.each<[name: string, start: Start, denied: Denied, transferred: RegExp]>([
  ['named', namedServer, refused, new RegExp(`transferred serial ${serial}`)],
  ['knotd', knotServer, notAuthorized, new RegExp(`zone updated, .* serial none -> ${serial}`)],
  ['nsd', nsdServer, refused, new RegExp(`serial 0 is updated to ${serial}`)],
])('%s', (_, start, denied, transferred) => {
  it.each([
    ['127.0.0.1', '+notcp'],
    ['127.0.0.1', '+tcp'],
    ['::1', '+notcp'],
    ['::1', '+tcp'],
  ])('serves the zone of the man page on %s with %s', async (address, transport) => {
    await using server = await start({ zones, addresses: [address] })
    const text = await printed(
      'dig',
      server,
      '+short',
      transport,
      `_pstorage._tcp.my-second-cluster.${manPageDomain}`,
      'SRV',
    )
    expect([...records(text)].sort()).toEqual([`0 1 2510 s2.${manPageDomain}.`, `0 1 2510 s4.${manPageDomain}.`])
  })

  it.each<
    [permission: string, KnotServerOptions['allowTransfer'], signed: string, TransferKey | undefined, result: string]
  >([
    ['everybody', 'any', 'unsigned', undefined, whole],
    ['everybody', 'any', 'signed', key, whole],
    ['nobody', undefined, 'unsigned', undefined, denied.unsigned],
    ['nobody', 'none', 'signed', key, denied.signed],
    ['a key', { key: key.name }, 'unsigned', undefined, denied.unsigned],
    ['a key', { key: key.name }, 'signed', key, whole],
    ['a key', { key: key.name }, 'signed with a wrong secret', wrongSecret, 'BADSIG'],
    ['a key', { key: key.name }, 'signed with an unknown key', unknownKey, 'BADKEY'],
  ])('lets %s (%j) transfer: %s', async (_, allowTransfer, __, signer, result) => {
    await using server = await start({ zones, keys: [key], ...(allowTransfer && { allowTransfer }) })
    expect(await transfer(server, signer)).toBe(result)
  })

  it.each(['hmac-sha1', 'hmac-sha224', 'hmac-sha384', 'hmac-sha512'] as const)('knows %s', async (algorithm) => {
    const other = { ...key, algorithm }
    await using server = await start({ zones, keys: [other], allowTransfer: { key: key.name } })
    expect(await transfer(server, other)).toBe(whole)
  })

  it('has the embedded name server as its primary', async () => {
    await using primary = await manPageServer({ allowTransfer: 'any' })
    await using secondary = await start({ zones: { [manPageDomain]: { transferFrom: primary } }, allowTransfer: 'any' })
    await secondary.logged(transferred)
    expect(await transfer(secondary, undefined)).toBe(whole)
  })

  it('signs when it transfers from its primary', async () => {
    await using primary = await namedServer({ zones, keys: [key], allowTransfer: { key: key.name } })
    await using secondary = await start({
      zones: { [manPageDomain]: { transferFrom: primary, key: key.name } },
      keys: [key],
      allowTransfer: 'any',
    })
    await secondary.logged(transferred)
    expect(await transfer(secondary, undefined)).toBe(whole)
  })

  it('is not started with a zone that it does not load', async () => {
    await expect(start({ zones: { 'a.test': '@ A 1.2.3\n' } })).rejects.toThrow(/does not serve all that it should/)
  })

  it('is not started with a configuration that it refuses', async () => {
    await expect(start({ keys: [{ ...key, secret: '?' }] })).rejects.toThrow(/has stopped/)
  })

  it('is gone when disposed', async () => {
    const server = await start({})
    await server[Symbol.asyncDispose]()
    await expect(server.logged(/will not come/)).rejects.toThrow(/has stopped/)
  })
})
