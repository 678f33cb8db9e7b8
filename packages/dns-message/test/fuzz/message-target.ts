import { type FuzzTarget, MessageSource } from '@pstorage/fuzz'
import {
  type Message,
  MessageError,
  readHeader,
  readMessage,
  readQuestions,
  repliesTo,
  writeQuery,
} from '../../src/index.js'
import { encode } from '../encode.js'
import { namesOf, plainNames } from '../plain-reader.js'
import { sameContent } from './same-content.js'

const query = writeQuery({ id: 1, name: ['pstorage', 'test'], type: 16 })

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
    repliesTo(query, bytes)
    if (message === undefined) {
      readOrRefuse(bytes, readHeader)
      readOrRefuse(bytes, readQuestions)
      return false
    }
    if (!sameContent(readHeader(bytes), message.header)) throw new Error('readHeader reads another header')
    if (!sameContent(readQuestions(bytes), message.questions)) throw new Error('readQuestions reads other questions')
    if (!sameContent(namesOf(message), plainNames(bytes))) throw new Error('a plain reader finds other names')
    if (isReply(message) !== repliesTo(queryOf(message), bytes)) throw new Error('repliesTo knows another question')
    const again = encoded(message)
    if (again !== undefined && !sameContent(modelOf(readMessage(again)), modelOf(message))) {
      throw new Error('what was accepted is read back as something else')
    }
    return true
  },
  timed: (bytes) => readOrRefuse(bytes, readMessage),
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

/** The query that has the question of the message, if it has one alone. */
function queryOf({ header, questions: [question] }: Message): Uint8Array {
  return writeQuery({ id: header.id, name: question?.name ?? [], type: question?.type ?? 1 })
}

/** Tests if it answers that query, or is FORMERR or NOTIMP without a question. */
function isReply({ header, questions }: Message): boolean {
  if (!header.response || header.opcode !== 0) return false
  if (questions.length === 0) return header.rcode === 1 || header.rcode === 4
  return questions.length === 1 && questions[0]?.class === 1
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
