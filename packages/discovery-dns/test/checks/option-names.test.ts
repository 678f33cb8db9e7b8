import { checkDns, checkZone, checkZoneFile, readRecordSets } from '@pstorage/discovery-dns/checks'
import { describe, expect, it } from 'vitest'

const timer = { timeOut: 1 } as object
const calls: Readonly<Record<string, () => Promise<unknown>>> = {
  checkDns: () => checkDns(timer).next(),
  checkZone: () => checkZone('a.test', timer).next(),
  checkZoneFile: () => checkZoneFile({ domain: 'a.test', file: '/nosuch', ...timer }).next(),
  readRecordSets: () => readRecordSets('a.test', [], timer),
}

describe('a misspelled option', () => {
  it.each(Object.entries(calls))('is refused by %s', async (name, call) => {
    await expect(call()).rejects.toMatchObject({
      code: 'ERR_OPTION_INVALID',
      message: expect.stringContaining(`${name} has no option 'timeOut'`),
    })
  })
})
