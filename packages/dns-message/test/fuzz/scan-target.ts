import { type FuzzTarget, MessageSource } from '@pstorage/fuzz'
import { MessageError, scanMessage } from '../../src/index.js'
import { scannedAsRead } from '../scan-as-reader.js'

/**
 * `scanMessage` on anything: it accepts and refuses what `readMessage` and a plain checker do, and the records read from their
 * places are those that `readMessage` builds.
 */
export const target: FuzzTarget = {
  name: 'scan',
  // Half of what the reader may take for a message of 64 KiB: it is there to be quicker.
  time: 10,
  inputs(random, messages) {
    const source = new MessageSource(random, messages)
    return () => source.next()
  },
  check: scannedAsRead,
  timed(bytes) {
    try {
      scanMessage(bytes)
    } catch (error) {
      if (!(error instanceof MessageError)) throw error
    }
  },
}
