import { expect } from 'vitest'
import { type Message, type MessageErrorCode, readMessage, scanMessage } from '../src/index.js'
import { messageErrorOf } from './caught.js'
import { scannedAsRead } from './scan-as-reader.js'

/** A fault of the catalogue, and how the message that has it is refused. */
export interface Refused {
  readonly id: string
  readonly fault: string
  readonly bytes: Uint8Array
  readonly code: MessageErrorCode
  readonly offset?: number
  readonly where?: string
}

export function expectRefused({ bytes, code, offset, where }: Refused): void {
  const error = messageErrorOf(() => readMessage(bytes))
  expect(error).toMatchObject({
    name: 'MessageError',
    code,
    ...(offset === undefined ? {} : { offset }),
    ...(where === undefined ? {} : { where }),
  })
  expect(error.message).toContain(` at octet ${error.offset} (${error.where})`)
  // Looking through it alone refuses it for the same reason.
  expect(messageErrorOf(() => scanMessage(bytes)).message).toBe(error.message)
}

/** A row of the catalogue that is no fault of the message, and a part of its reading. */
export interface Accepted {
  readonly id: string
  readonly what: string
  readonly bytes: Uint8Array
  readonly part: (message: Message) => unknown
  readonly expected: unknown
}

export function expectAccepted({ bytes, part, expected }: Accepted): void {
  expect(part(readMessage(bytes))).toEqual(expected)
  expect(scannedAsRead(bytes)).toBe(true)
}
