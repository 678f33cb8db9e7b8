import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FuzzMessages } from '../fuzz-target.js'
import { udpPayloads } from './udp-payloads.js'

/**
 * The messages that mutation starts from, besides those that are made: packets that other projects keep for their own fuzzing,
 * one a file, in a folder beside the repository or in `PSTORAGE_CORPORA`; and what was captured.
 */
export function loadMessages(root: string, captures: readonly string[]): FuzzMessages {
  const folder = process.env.PSTORAGE_CORPORA ?? join(root, '../shared/corpora')
  const packets = existsSync(folder) ? filesIn(folder).map((file) => readFileSync(file)) : []
  const captured = captures.flatMap((file) => udpPayloads(readFileSync(file)))
  console.log(
    `${packets.length} packets of others (${packets.length > 0 ? folder : `there is no folder ${folder}`}), ` +
      `${captured.length} captured messages`,
  )
  // Of what was captured, most differs in the id alone.
  const distinct = new Map([...packets, ...captured].map((bytes) => [bytes.toString('latin1', ID), bytes]))
  return [...distinct.values()].filter(({ length }) => length >= HEADER && length <= LARGEST)
}

const HEADER = 12
const ID = 2
const LARGEST = 65_535

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}
