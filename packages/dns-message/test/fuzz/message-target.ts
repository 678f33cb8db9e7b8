import { type FuzzTarget, MessageSource } from '@pstorage/fuzz'
import { type Message, MessageError, readHeader, readMessage, readQuestions } from '../../src/index.js'
import { encode } from '../encode.js'
import { namesOf, plainNames } from '../plain-reader.js'
import { sameContent } from './same-content.js'

/**
 * `readMessage` on anything: a message whose names are those that a plain reader finds, and that is read back the same when it
 * is written again; or a MessageError at an octet of the message.
 */
export const target: FuzzTarget = {
  name: 'message',
  // The bar for any message of 64 KiB.
  time: 20,
  inputs(random, messages) {
    const source = new MessageSource(random, messages)
    return () => source.next()
  },
  check(bytes) {
    const message = readOrRefuse(bytes, readMessage)
    if (message === undefined) {
      readOrRefuse(bytes, readHeader)
      readOrRefuse(bytes, readQuestions)
      return false
    }
    if (!sameContent(readHeader(bytes), message.header)) throw new Error('readHeader reads another header')
    if (!sameContent(readQuestions(bytes), message.questions)) throw new Error('readQuestions reads other questions')
    if (!sameContent(namesOf(message), plainNames(bytes))) throw new Error('a plain reader finds other names')
    const again = encoded(message)
    if (again !== undefined && !sameContent(modelOf(readMessage(again)), modelOf(message))) {
      throw new Error('what was accepted is read back as something else')
    }
    return true
  },
}

function readOrRefuse<T>(bytes: Uint8Array, read: (bytes: Uint8Array) => T): T | undefined {
  try {
    return read(bytes)
  } catch (error) {
    if (!(error instanceof MessageError)) throw error
    const { code, offset, message } = error
    const isSound = /^ERR_MESSAGE_[A-Z]+$/.test(code) && /^[ -~]{1,200}$/.test(message)
    if (!isSound || offset < 0 || offset > bytes.length)
      throw new Error(`an unsound MessageError: ${code} at ${offset}`)
    return undefined
  }
}

/** Without what depends on how it is written. */
function modelOf({ lastRecordOffset: _, ...model }: Message): Omit<Message, 'lastRecordOffset'> {
  return model
}

/** The message again, unless other compression than that of the sender makes it too long. */
function encoded(message: Message): Uint8Array | undefined {
  try {
    return encode(message, () => true)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
