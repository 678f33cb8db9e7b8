import { ListFault } from './list-fault.js'

/**
 * The text of a list. What is not UTF-8 becomes U+FFFD, so that it spoils the entry that it is in and no other.
 *
 * @throws ListFault `malformed` when the bytes are UTF-16, in which no entry could be told.
 */
export function decodeList(bytes: Uint8Array): string {
  if (isUtf16(bytes)) {
    throw new ListFault('malformed', 'ERR_LIST_MALFORMED', 'the list is UTF-16; save it as UTF-8 or ASCII')
  }
  return new TextDecoder().decode(bytes)
}

function isUtf16(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes
  const hasMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  // Without a byte order mark: in an address of ASCII every other byte is zero.
  const [, , third = 1, fourth = 1] = bytes
  const looksLike =
    (first === 0) !== (second === 0) && (first === 0) === (third === 0) && (second === 0) === (fourth === 0)
  return hasMark || looksLike
}
