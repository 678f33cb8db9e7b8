import type { Message } from './message.js'
import type { MessageLimits } from './message-limits.js'

export function readMessage(_bytes: Uint8Array, _limits: Partial<MessageLimits> = {}): Message {
  throw new Error('unwritten')
}
