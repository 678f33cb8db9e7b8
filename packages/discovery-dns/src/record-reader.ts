import { type Message, type MessageScan, type ResourceRecord, readMessage } from '@pstorage/dns-message'
import type { TakeRecord } from './zone-transfer.js'

/** Reads the records of a transfer, for those who need all that is in them. Each message is read once. */
export function recordReader(take: (record: ResourceRecord) => void): TakeRecord {
  let last: MessageScan | undefined
  let answers: Message['answers'] = []
  return (message, index) => {
    if (message !== last) {
      last = message
      answers = readMessage(message.bytes).answers
    }
    const record = answers[index]
    if (record !== undefined) take(record)
  }
}
