import { MessageError, type MessageErrorCode } from './message-error.js'
import type { MessageLimits } from './message-limits.js'
import { recordTypeName } from './record-type.js'

/** The part of a question or record that is being read; values from 0 are the RDATA of that type. */
export const Part = { name: -1, fields: -2 } as const

/** Which part of a message is being read. Kept as numbers, so that words are only made of it when something is wrong. */
export class Whereabouts {
  section: 'name' | 'header' | 'question' | 'answer' | 'authority' | 'additional' | 'end' = 'header'
  /** Of the question or record in its section, from 1. */
  number = 0
  part: number = Part.fields

  fail(code: MessageErrorCode, fault: string, offset: number, limit?: keyof MessageLimits): never {
    throw new MessageError(code, fault, offset, this.toString(), limit)
  }

  toString(): string {
    if (this.section === 'header' || this.section === 'name') {
      return this.section
    }
    if (this.section === 'end') {
      return 'after the last record'
    }
    const item = `${this.section} ${this.number}`
    if (this.part === Part.name) {
      return this.section === 'question' ? `${item}, name` : `${item}, owner`
    }
    return this.part === Part.fields ? item : `${item}, RDATA of ${recordTypeName(this.part)}`
  }
}
