import { type FuzzTarget, MessageSource } from '@pstorage/fuzz'
import { MessageError, scanMessage } from '../../src/index.js'
import { scannedAsRead } from '../scan-as-reader.js'

/** `scanMessage` on anything: it accepts and refuses what `readMessage` does, for the same reason, and finds the same records. */
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
