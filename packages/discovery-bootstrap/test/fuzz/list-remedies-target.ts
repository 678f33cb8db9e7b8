import { join, resolve } from 'node:path'
import type { Finding } from '@pstorage/discovery-core/checks'
import { type FuzzTarget, mutateText } from '@pstorage/fuzz'
import { remedyFaults, shellFaults, splitCommands } from '@pstorage/testbed'
import { checkDirectory, checkNames } from '../../src/checks/directory.js'
import type { ListFacts } from '../../src/checks/directory-facts.js'
import { checkList, checkMisnamedList, checkPermissions } from '../../src/checks/list.js'
import { ListFault } from '../../src/list/list-fault.js'

const names = ['my-cluster', 'my\u2212cluster', 'prod', '-rf', 'a b', '..data'] as const
const words = [
  '`id`',
  '$(id)',
  ';',
  '&',
  '|',
  '>f',
  '\n',
  '\u001b[31m',
  "'",
  '"',
  '\\',
  '*',
  '~',
  '-',
  'x'.repeat(1_000),
] as const
const codes = [
  'EACCES',
  'ENOENT',
  'EISDIR',
  'ELOOP',
  'ERR_LIST_OUTSIDE',
  'ERR_LIST_MALFORMED',
  'ERR_LIST_NOT_A_FILE',
  'EIO',
]
/** All words of the commands beside paths. */
const own = new Set(
  'mv -nT ls -la -l --full-time cat -v namei chmod o-w a+r chown root test -L iconv -f UTF-16 -t ASCII -o'.split(' '),
)
const date = '.$(date +%F)'

/** Any name of a directory: each command about it has it as exactly one word, and nothing else of it. */
export const target: FuzzTarget = {
  name: 'list-remedies',
  // Some run in shells.
  time: 1_000,
  inputs: (random) => () => Buffer.from(mutateText(random.pick(names), random, words)),
  check(input) {
    // A name of a directory has neither, and the commands have nothing of other names.
    const name = Buffer.from(input).toString('utf8').replace(/[/\0]/g, '')
    if (['', '.', '..'].includes(name)) return false
    const commands = commandsOf(name)
    const folder = join('/lists', name)
    const files = ['bs.list', 'bs_list'].map((file) => join(folder, file))
    const paths = ['/lists', folder, '/lists/other', ...files].map((path) => resolve(path))
    const aside = [
      `/lists/.${name}${date}`,
      '/lists/.other'.concat(date),
      ...files.flatMap((file) => [file + date, `${file}${date}.ascii`]),
    ]
    const meant = join('/lists', name.replaceAll('\u2212', '-'))
    const known = new Set([...own, ...paths, ...aside.map((path) => resolve(path)), resolve(meant)])
    for (const command of commands) {
      const [fault] = remedyFaults('command', command)
      if (fault !== undefined) throw new TypeError(fault)
      for (const word of splitCommands(command).flat()) {
        if (!known.has(word)) throw new TypeError(`not a word that was meant: ${JSON.stringify(word)} in ${command}`)
      }
      if (!/^[\x20-\x7e\n]+$/.test(command)) throw new TypeError(`not printable: ${command}`)
    }
    const [fault] = input.length % 32 === 0 && commands.length > 0 ? shellFaults(commands.join('\n')) : []
    if (fault !== undefined) throw new TypeError(fault)
    return !/[\ufffd\p{Cs}]/u.test(name) && commands.length > 0
  },
}

/** The commands of every remedy for lists in a directory of this name. */
export function commandsOf(name: string): readonly string[] {
  const base = { name, path: join('/lists', name, 'bs.list'), misnamedPath: join('/lists', name, 'bs_list') }
  const good: ListFacts = { ...base, isMisnamed: true, state: 'list', file: { text: '', mode: 0o602, uid: 12_345 } }
  const fault = new ListFault('failed', 'EIO', 'is broken')
  const lists: readonly ListFacts[] = [
    good,
    { ...good, linkedTo: 'other' },
    { ...base, isMisnamed: true, state: 'no-list' },
    ...codes.map((code): ListFacts => {
      return { ...base, isMisnamed: false, state: 'unreadable', fault: new ListFault('failed', code, 'is broken') }
    }),
  ]
  const directory = { path: '/lists', state: 'there', isCut: false } as const
  const findings: readonly Finding[] = [
    ...checkDirectory({ ...directory, state: 'unusable', fault, lists: [] }, undefined),
    ...checkNames({ ...directory, lists: [good] }),
    ...checkNames({ ...directory, lists: [good, good] }),
    ...lists.flatMap((list) => [...checkList(list), ...checkMisnamedList(list), ...checkPermissions(list, 1)]),
  ]
  return findings.flatMap(({ remedies }) => remedies.flatMap(({ kind, text }) => (kind === 'command' ? [text] : [])))
}
