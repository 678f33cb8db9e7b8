import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readOrRefuse } from './read-or-refuse.js'

/** A folder of DNS packets, one a file, in any folders below: what other projects feed to their fuzzers, for example. */
const configuredFolder = process.env.PSTORAGE_CORPORA
const folder = configuredFolder ?? join(import.meta.dirname, '../../../../shared/corpora')

describe('packets that others found worth keeping', () => {
  if (configuredFolder === undefined && !existsSync(folder)) {
    it(`NOT RUN: there is no folder ${folder}; set PSTORAGE_CORPORA to a folder of DNS packets`, () => {})
    return
  }

  it(`are all read or refused: ${folder}`, { timeout: 60_000 }, () => {
    const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
    expect(paths).not.toHaveLength(0)
    for (const path of paths) {
      expect(() => readOrRefuse(readFileSync(path)), path).not.toThrow()
    }
  })
})
