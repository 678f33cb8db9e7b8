export { type Edns, ednsOf, responseCode } from './edns.js'
export type { Message, MessageHeader, Question, ResourceRecord } from './message.js'
export { MessageError, type MessageErrorCode } from './message-error.js'
export { DEFAULT_MESSAGE_LIMITS, type MessageLimits } from './message-limits.js'
export { type MessageScan, scanMessage } from './message-scan.js'
export type { Name } from './name.js'
export { equalNames, isSubdomainOf, nameKey } from './name-compare.js'
export { NameError, type NameErrorCode } from './name-error.js'
export { labelToText, nameFromText, nameToText } from './name-text.js'
export { labelFromUtf8, utf8Label } from './name-utf8.js'
export { nameFromWire, nameToWire } from './name-wire.js'
export { Opcode, opcodeName } from './opcode.js'
export { readHeader, readQuestions } from './read-header.js'
export { readMessage } from './read-message.js'
export { RecordClass, recordClassName } from './record-class.js'
export type {
  AddressData,
  AuthorityData,
  EdnsOption,
  OpaqueData,
  OptionsData,
  RecordData,
  ServiceData,
  TargetData,
  TextData,
} from './record-data.js'
export { RecordType, recordTypeName } from './record-type.js'
export { repliesTo } from './replies-to.js'
export { ResponseCode, responseCodeName } from './response-code.js'
export { type Query, writeQuery } from './write-query.js'
