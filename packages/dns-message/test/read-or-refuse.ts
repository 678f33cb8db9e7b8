import { expect } from 'vitest'
import { type Message, MessageError, readMessage } from '../src/index.js'
import { namesOf, plainNames } from './plain-reader.js'

/**
 * Reads bytes of which nothing is known, and checks what holds for all: they give a message whose names are those that a plain
 * reader finds and whose sizes are in bounds, or a MessageError at an octet of theirs.
 */
export function readOrRefuse(bytes: Uint8Array): Message | MessageError {
  try {
    const message = readMessage(bytes)
    expectInBounds(message, bytes)
    expect(namesOf(message)).toEqual(plainNames(bytes))
    return message
  } catch (error) {
    if (!(error instanceof MessageError)) {
      throw error
    }
    expect(error.code).toMatch(/^ERR_MESSAGE_[A-Z]+$/)
    expect(error.offset).toBeGreaterThanOrEqual(0)
    expect(error.offset).toBeLessThanOrEqual(bytes.length)
    expect(error.message).toMatch(/^[ -~]{1,200}$/)
    return error
  }
}

function expectInBounds(message: Message, bytes: Uint8Array): void {
  const counts = [message.questions, message.answers, message.authorities, message.additionals]
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  expect(counts.map((section) => section.length)).toEqual([4, 6, 8, 10].map((at) => view.getUint16(at)))
  for (const name of namesOf(message)) {
    expect(name.reduce((octets, label) => octets + label.length + 1, 1)).toBeLessThanOrEqual(255)
    expect(name.every((label) => label.length >= 1 && label.length <= 63)).toBe(true)
  }
}
