import { execFileSync } from 'node:child_process'
import { checkSeeds, findingsOf, replay } from '@pstorage/fuzz'
import { splitCommands } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { commandsOf, target as remedies } from './list-remedies-target.js'

describe('the words of remedies', () => {
  it.each([
    { id: 'substitutions', name: 'a`{touch,pwned}`$(id)"$HOME"' },
    { id: 'newline at the end', name: 'prod\n' },
    { id: 'quotes and backslashes', name: `it's \\'"\\` },
    { id: 'escapes and digits', name: '\u001b[31m\u00017\u2212' },
    { id: 'operators', name: '-rf;a&b|c>d<e*?[x]~#!' },
    { id: 'long', name: 'x '.repeat(500) },
  ])('are to bash what they are meant to be: $id', ({ name }) => {
    for (const command of commandsOf(name)) {
      // Each of its commands becomes the arguments of printf, and so is not run.
      const text = command.replaceAll(
        /(^|\n|&& |\|\| |; )(?=(?:mv|ls|cat|namei|chmod|chown|test|iconv) )/g,
        "$1printf '%s\\0' ",
      )
      const printed = execFileSync('bash', [
        '-c',
        text.replaceAll('||', ';').replaceAll('$(date +%F)', "'$(date +%F)'"),
      ])
      expect(printed.toString().split('\0').slice(0, -1)).toEqual(splitCommands(command).flat())
    }
  })
})

describe('remedies for lists in directories of mutated names', () => {
  it('have each name as one word', async () => {
    const accepted = await checkSeeds(remedies, 500)
    expect(accepted).toBeGreaterThan(100)
    expect(accepted).toBeLessThan(500)
  })

  it.each(findingsOf(remedies, import.meta.dirname))('have no finding any more: $file', async ({ input }) => {
    await expect(replay(remedies, input)).resolves.toBeUndefined()
  })
})
