import { checkZeroconf } from '@pstorage/discovery-zeroconf/checks'
import { expect, it } from 'vitest'

it.each([{ interface: ['lo'] }, { interfaces: 'lo' }] as object[])('checkZeroconf refuses %j', async (options) => {
  await expect(checkZeroconf(options).next()).rejects.toMatchObject({
    code: 'ERR_OPTION_INVALID',
    message: expect.stringMatching(/did you mean/),
  })
})
