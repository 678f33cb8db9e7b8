import type { Finding } from '@pstorage/discovery-core/checks'
import { asciiText } from '../../terminal/terminal-text.js'
import { causesOf } from '../causes.js'
import { counted, countsOf, type Examination, worstOf } from '../examination.js'

/** A state of the Monitoring Plugins Development Guidelines, with its exit code. */
export type PluginState = 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN'

/** The exit codes of monitoring plugins. */
export const pluginCodes: Readonly<Record<PluginState, number>> = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 }

/** Returns the state of an examination: that of its worst level, and `UNKNOWN` where no check of this level could run. */
export function pluginState(examination: Examination): PluginState {
  const worst = worstOf(examination)
  if (worst === 'ok' || worst === 'notice') return 'OK'
  const findings = examination.groups.flatMap(({ findings }) => findings.filter(({ level }) => level === worst))
  if (findings.every(({ checked }) => !checked)) return 'UNKNOWN'
  return worst === 'error' ? 'CRITICAL' : 'WARNING'
}

/** Returns the one line that a monitoring plugin prints: the state, the likeliest cause, and performance data behind a bar. */
export function pluginLine(examination: Examination): string {
  const { byLevel, unchecked } = countsOf(examination)
  const { error, warning, notice, ok } = byLevel
  const state = pluginState(examination)
  const clusters = examination.clusters ?? 0
  const [cause] = causesOf(examination)
  const counts = [counted(error, 'error'), counted(warning, 'warning')].join(', ')
  const text =
    state === 'OK' || cause === undefined
      ? `${counted(clusters, 'cluster')}, ${counted(ok, 'check')} passed`
      : `${causeText(cause.findings[0])}; ${counts}`
  const data = [
    `clusters=${clusters}`,
    `findings=${error + warning + notice}`,
    `errors=${error}`,
    `warnings=${warning}`,
    `unchecked=${unchecked}`,
  ]
  return `${stateLine(state, text)} | ${data.join(' ')}`
}

/** Returns the line of a run that has failed. */
export function unknownLine(message: string): string {
  return stateLine('UNKNOWN', plain(message))
}

/** The longest part of a line, so that all of it stays below the 1,024 octets that some monitors read. */
const LONGEST_PART = 200

function causeText({ check, subject, seen }: Finding): string {
  return `${check} ${plain(subject)}: ${plain(seen)}`
}

/** Escapes a text for a line of a plugin, where a bar begins the performance data. */
function plain(text: string): string {
  const line = asciiText(text).replaceAll('|', '\\u{7c}')
  return line.length <= LONGEST_PART ? line : `${line.slice(0, LONGEST_PART)}...`
}

function stateLine(state: PluginState, text: string): string {
  return `PSTORAGE ${state} - ${text}`
}
