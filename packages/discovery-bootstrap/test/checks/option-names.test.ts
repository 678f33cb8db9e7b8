import { checkBootstrap } from '@pstorage/discovery-bootstrap/checks'
import { expect, it } from 'vitest'

it.each([{ directorys: ['/d'] }, { directories: '/d' }] as object[])('checkBootstrap refuses %j', async (options) => {
  await expect(checkBootstrap(options).next()).rejects.toMatchObject({
    code: 'ERR_OPTION_INVALID',
    message: expect.stringMatching(/did you mean/),
  })
})
