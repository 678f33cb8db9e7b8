export { type Edns, ednsOf, responseCode } from './message/edns.js'
export type {
  AddressData,
  AuthorityData,
  EdnsOption,
  Message,
  MessageHeader,
  OpaqueData,
  OptionsData,
  Question,
  RecordData,
  ResourceRecord,
  ServiceData,
  TargetData,
  TextData,
} from './message/message.js'
export { MessageError, type MessageErrorCode } from './message/message-error.js'
export { DEFAULT_MESSAGE_LIMITS, type MessageLimits } from './message/message-limits.js'
export {
  MessageWriter,
  type MessageWriterOptions,
  type RecordSection,
  type WrittenEdns,
  type WrittenRRset,
} from './message/message-writer.js'
export {
  type AuthorityNumbers,
  addressData,
  authorityData,
  serviceData,
  textData,
} from './message/record-data-writer.js'
export { repliesTo } from './message/replies-to.js'
export { type Query, writeQuery } from './message/write-query.js'
export { type Update, type UpdateChange, type UpdatePrerequisite, writeUpdate } from './message/write-update.js'
export { type Name, NameError, type NameErrorCode } from './name/name.js'
export { equalNames, isSubdomainOf, lowerCase, nameKey } from './name/name-compare.js'
export { labelFromUtf8, labelToText, nameFromText, nameToText, utf8Label } from './name/name-text.js'
export {
  isWithin,
  nameToWire,
  type Octets,
  parentOf,
  ROOT_NAME,
  type WireName,
  wireName,
  wireNameFromText,
  wireNameLength,
  wireNameToText,
} from './name/wire-name.js'
export { readHeader, readMessage, readQuestions } from './read/message-reader.js'
export { type MessageScan, scanMessage } from './read/message-scan.js'
export { nameFromWire } from './read/name-reader.js'
export {
  type ReplySignature,
  readUpdateReply,
  type UpdateReply,
  UpdateReplyError,
  type UpdateReplyErrorCode,
} from './read/read-update-reply.js'
export {
  Opcode,
  opcodeName,
  RecordClass,
  RecordType,
  ResponseCode,
  recordClassName,
  recordTypeName,
  responseCodeName,
} from './registries.js'
