import { clusterNameKey, quoteText } from '@pstorage/discovery-core'
import { UsageError } from '../exit-codes.js'
import { lastOf, type ParsedArguments } from './command.js'
import { nameHint } from './name-meant.js'
import {
  parseNameAlone,
  parseShareString,
  type ShareString,
  type ShareStringFault,
  withoutPassword,
} from './share-string.js'

/** The ways to name the cluster. */
export interface ClusterSpellings {
  readonly argument?: string | undefined
  /** `-c`, `--cluster`. */
  readonly option?: string | undefined
  /** `PSTORAGE_NAME`; empty is not set. */
  readonly environment?: string | undefined
  /** The command that needs it; default `resolve`. */
  readonly command?: string | undefined
}

const scheme = /^[pv]storage:\/\//i

/**
 * Finds and checks the name of the cluster: the argument before `-c` before `PSTORAGE_NAME`, each as `NAME`,
 * `pstorage://NAME`, `vstorage://NAME` or a share string, whose addresses come with it.
 *
 * @throws UsageError when there is none, when argument and `-c` differ, and when one is wrong. No password is in it.
 */
export function clusterArgument({ argument, option, environment, command = 'resolve' }: ClusterSpellings): ShareString {
  const typed = [argument, option].flatMap((text) => (text === undefined ? [] : [checked(text, '')]))
  const [first, second] = typed
  if (first !== undefined && second !== undefined && clusterNameKey(first.cluster) !== clusterNameKey(second.cluster)) {
    throw new UsageError(`two different clusters: ${quoteText(first.cluster)} and -c ${quoteText(second.cluster)}`)
  }
  if (first !== undefined) return { ...first, addresses: typed.flatMap(({ addresses }) => addresses) }
  if (environment) return checked(environment, 'PSTORAGE_NAME: ')
  throw new UsageError(`a cluster is missing: ${command} CLUSTER, -c CLUSTER, or PSTORAGE_NAME in the environment`)
}

function checked(text: string, prefix: string): ShareString {
  const name = text.replace(scheme, '')
  const parsed = name === text ? parseShareString(text) : parseNameAlone(name)
  if (!('fault' in parsed)) return parsed
  const hint = parsed.part === 'name' ? nameHint(name, parsed.text) : undefined
  throw new UsageError(`${prefix}${claim(parsed)}: ${hint ?? parsed.fault}`)
}

function claim({ part, text }: ShareStringFault): string {
  const quoted = quoteText(text, { maxLength: 80 })
  switch (part) {
    case 'address':
      return `invalid address ${quoted} in a share string`
    case 'name':
      return `invalid cluster name ${quoted}`
    case 'password':
      return `invalid password of cluster ${quoted}`
  }
}

/** Reads the CLUSTER that a command needs, from its operand, `-c` or `PSTORAGE_NAME`. @throws UsageError */
export function clusterOperand(args: ParsedArguments): ShareString {
  return clusterOf(args, args.env.PSTORAGE_NAME)
}

/** Reads the CLUSTER that a command can do without, from its operand or `-c` alone. @throws UsageError */
export function optionalClusterOperand(args: ParsedArguments): ShareString | undefined {
  const isNamed = args.operands.length > 0 || args.options.has('cluster')
  return isNamed ? clusterOf(args, undefined) : undefined
}

function clusterOf(args: ParsedArguments, environment: string | undefined): ShareString {
  const { command, operands } = args
  if (operands.length > 1) throw new UsageError(tooManyOperands(command.name, operands))
  const [argument] = operands
  return clusterArgument({ argument, option: lastOf(args, 'cluster'), environment, command: command.name })
}

/** The most operands to repeat in a message. */
const MOST_SHOWN = 3

function tooManyOperands(command: string, operands: readonly string[]): string {
  const quoted = (text: string): string => quoteText(withoutPassword(text), { maxLength: 40 })
  const server = operands.find((text) => text.startsWith('@'))
  if (server !== undefined) return `${quoted(server)} names no cluster; ${nameHint(server, server)?.split('; ')[1]}`
  const ofDig = operands.find((text) => /^\+[a-z]|^(?:srv|txt|axfr|ptr|any|aaaa|in)$/i.test(text))
  if (ofDig !== undefined) return `${quoted(ofDig)} is a word of dig: leave it out`
  const shown = operands.slice(0, MOST_SHOWN).map(quoted).join(', ')
  return `${command} takes one cluster, not ${operands.length}: ${shown}${operands.length > MOST_SHOWN ? ', ...' : ''}`
}
