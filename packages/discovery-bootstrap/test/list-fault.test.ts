import { describe, expect, it } from 'vitest'
import { faultOf, ListFault } from '../src/list/list-fault.js'

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: something, open '/x\u001b'`), { code, syscall: 'open', errno: -1 })
}

describe('faultOf', () => {
  it.each([
    ['EACCES', 'unavailable'],
    ['EPERM', 'unavailable'],
    ['ENOENT', 'failed'],
    ['ENOTDIR', 'failed'],
    ['EISDIR', 'failed'],
    ['ELOOP', 'failed'],
    ['ENAMETOOLONG', 'failed'],
    ['EIO', 'failed'],
    ['EMFILE', 'failed'],
    ['ENFILE', 'failed'],
    ['ESTALE', 'failed'],
    ['ETIMEDOUT', 'failed'],
  ])('BS-14: %s is %s', (code, status) => {
    expect(faultOf(systemError(code))).toMatchObject({ status, code })
  })

  it('leaves out the call and the path of the system, which the attempt has already', () => {
    expect(faultOf(systemError('EIO')).attemptError.message).toBe('something')
  })

  it('keeps a fault as it is, and throws on what is none', () => {
    const fault = new ListFault('failed', 'ERR_LIST_CHANGING', 'x')
    expect(faultOf(fault)).toBe(fault)
    const bug = new TypeError('x is not a function')
    expect(() => faultOf(bug)).toThrow(bug)
  })
})
