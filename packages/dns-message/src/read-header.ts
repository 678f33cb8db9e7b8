import type { MessageHeader, Question } from './message.js'

export function readHeader(_bytes: Uint8Array): MessageHeader {
  throw new Error('unwritten')
}

export function readQuestions(_bytes: Uint8Array): readonly Question[] {
  throw new Error('unwritten')
}
