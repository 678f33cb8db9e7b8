import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatEndpoint, type Outcome, resolveCluster } from '@pstorage/discovery-core'
import { clustersDirectory } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { bootstrapResolver, writeBootstrapList } from '../src/index.js'

/** The number of times that the list is rewritten each way: PSTORAGE_REWRITES=10000 makes a run of minutes of it. */
const rewrites = Number(process.env.PSTORAGE_REWRITES ?? 400)
const readers = 4

// Of all these lines, whatever is cut off at the end or at the start leaves another valid entry.
const versions = [1, 2, 3].map((version) =>
  Array.from(
    { length: version * 150 },
    (_, n) => `10.${version}2.${100 + (n % 150)}.1${version}${Math.floor(n / 150)}:1251${version}`,
  ),
)
const valid = new Set(versions.flat())

/** The commands of other programs: `$1` times, from the files `$2.1` to `$2.3` to the list `$3`. */
const writers = {
  'cp -f': 'n=0; while [ $n -lt $1 ]; do cp -f $2.$((n % 3 + 1)) $3; n=$((n + 1)); done',
  'a rename': 'n=0; while [ $n -lt $1 ]; do cp $2.$((n % 3 + 1)) $3.new; mv -f $3.new $3; n=$((n + 1)); done',
  'cat and a rename in turns':
    'n=0; while [ $n -lt $1 ]; do cat $2.$((n % 3 + 1)) > $3; cp $2.$((n % 2 + 1)) $3.new; mv -f $3.new $3; n=$((n + 2)); done',
} as const

async function runShell(script: string, ...values: readonly string[]): Promise<void> {
  const shell = spawn('sh', ['-eu', '-c', script, 'sh', ...values], { stdio: 'ignore' })
  const [code] = await once(shell, 'exit')
  expect(code).toBe(0)
}

describe('resolve, while the list is rewritten', () => {
  it.each<[what: string, write: (list: string, source: string) => Promise<void>]>([
    ...Object.entries(writers).map(([what, script]): [string, (list: string, source: string) => Promise<void>] => [
      what,
      (list, source) => runShell(script, String(rewrites), source, list),
    ]),
    [
      'writeBootstrapList',
      async (list) => {
        for (let n = 0; n < rewrites; n += 1) await writeBootstrapList(list, versions[n % 3] ?? [])
      },
    ],
  ])(
    'BS-19, BS-20: gives no address that was in no version, by %s',
    async (what, write) => {
      await using base = await clustersDirectory({ c1: versions[0]?.join('\n') ?? '' })
      const source = join(base.path, 'version')
      for (const [index, lines] of versions.entries()) {
        // As tools in the field write them, also without a line end after the last entry.
        await writeFile(`${source}.${index + 1}`, lines.join('\n') + (index === 1 ? '' : '\n'))
      }
      await using resolver = bootstrapResolver({ directories: [base.path] })
      const whole = new Set(versions.map((lines) => lines.join()))
      const counts = new Map<Outcome | 'a part', number>()
      let writing = true
      const read = async (): Promise<void> => {
        while (writing) {
          const { outcome, endpoints } = await resolveCluster(resolver, 'c1')
          const lines = endpoints.map(formatEndpoint)
          const seen = outcome === 'found' && !whole.has(lines.join()) ? 'a part' : outcome
          counts.set(seen, (counts.get(seen) ?? 0) + 1)
          expect(lines.filter((line) => !valid.has(line))).toEqual([])
        }
      }
      const written = write(base.listPath('c1'), source).finally(() => {
        writing = false
      })
      await Promise.all([written, ...Array.from({ length: readers }, read)])
      if (rewrites > 1_000) process.stderr.write(`${rewrites} times by ${what}: ${JSON.stringify([...counts])}\n`)
      expect(counts.get('absent')).toBeUndefined()
      const { endpoints } = await resolveCluster(resolver, 'c1')
      expect(whole).toContain(endpoints.map(formatEndpoint).join())
    },
    20_000 + rewrites * 50,
  )
})
