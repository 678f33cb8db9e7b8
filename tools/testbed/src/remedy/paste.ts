import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { PrintedRemedy, RemedyShell } from './printed-remedy.js'

/** Lines with those that are replaced exchanged for those to paste. @throws Error where one is not there */
export function pasteLines(lines: readonly string[], { replaces, text }: PrintedRemedy): readonly string[] {
  const rest = [...lines]
  let place = rest.length
  for (const line of replaces) {
    place = rest.indexOf(line)
    if (place < 0) throw new Error(`this line is not there: ${JSON.stringify(line)}`)
    rest.splice(place, 1)
  }
  rest.splice(place, 0, ...text)
  return rest
}

/** Pastes into a file, writes one, or runs a command, whatever the remedy says. */
export async function pasteOnDisk(remedy: PrintedRemedy, shell: RemedyShell): Promise<void> {
  const { where, text } = remedy
  const [, contents] = /^as the contents of (\S+)/.exec(where) ?? []
  const [, file] = /^in (\S+)$/.exec(where) ?? []
  if (contents !== undefined) await writeFile(contents, `${text.join('\n')}\n`)
  else if (/^as root, run/.test(where)) await promisify(execFile)(shell, ['-ec', text.join('\n')])
  else if (file !== undefined) {
    const lines = (await readFile(file, 'utf8')).replace(/\n$/, '').split('\n')
    await writeFile(file, `${pasteLines(lines, remedy).join('\n')}\n`)
  } else throw new Error(`cannot do this on disk: ${where}`)
}
