import { type ResolveEvent, systemClock } from '@pstorage/discovery-core'
import { exitCodeOf } from '../exit-code.js'
import { ndjsonOf, type PrintedEvent } from '../output/ndjson.js'
import { reportText } from '../output/report-text.js'
import type { TableOptions } from '../output/table.js'
import type { RunCliOptions } from '../run.js'
import { attemptLine, type Pen } from '../terminal/attempt-line.js'
import { placeWidth } from '../terminal/cli-stream.js'
import { paintFor } from '../terminal/paint.js'
import { StatusLine } from '../terminal/status-line.js'
import { summaryLines } from '../terminal/summary.js'
import { terminalText } from '../terminal/terminal-text.js'
import { writeData } from '../terminal/write-data.js'
import { askRound } from './ask-round.js'
import { backendLoaders } from './backends.js'
import { composeResolver } from './compose.js'
import type { Inquiry, ResolveInquiry } from './inquiry.js'
import { keyWithoutEffect } from './key-without-effect.js'
import { LiveNames } from './live-names.js'
import { EndpointProbe, type EndpointProbeOptions } from './probe-endpoints.js'
import { similarName } from './similar-name.js'
import { isShort } from './too-few-endpoints.js'
import { waitForAnswer } from './wait-for-answer.js'

/** Asks, shows what happens, prints the answer, and gives the exit code that says its outcome. */
export async function inquire(inquiry: Inquiry, options: RunCliOptions): Promise<number> {
  const { env, stdout, stderr, signal, backends = backendLoaders, clock = systemClock } = options
  const pen: Pen = {
    paint: paintFor(stderr, env, inquiry.noColor),
    show: terminalText(env),
    placeWidth: placeWidth(stderr),
  }
  const onTerminal = stderr.isTTY === true && !inquiry.quiet
  const attemptsShown = onTerminal || inquiry.verbose
  // The attempts of many rounds would drown a terminal: those of the last one are shown when it is over.
  const attemptsComeLate = attemptsShown && !inquiry.verbose && waits(inquiry)
  const attempts = attemptsShown && !attemptsComeLate
  const asking = onTerminal && env.TERM !== 'dumb'
  const status = inquiry.quiet ? undefined : new StatusLine({ stream: stderr, pen, attempts, asking })
  const print = async (text: string): Promise<void> => {
    if (text === '') return
    status?.clear()
    await writeData(stdout, text)
    status?.show()
  }
  const table = tableFor(inquiry, options)
  const live = inquiry.command === 'discover' && table !== undefined ? new LiveNames({ ...table, print }) : undefined
  const tell = (event: PrintedEvent): Promise<void> | undefined => {
    status?.hear(event)
    if (event.type === 'cluster') live?.add(event)
    return inquiry.format === 'ndjson' ? print(ndjsonOf(event)) : undefined
  }
  const probe = probeOf(inquiry, { clock, signal, hear: tell, onTry: (text) => status?.pause(text) })
  const hear = (event: ResolveEvent): Promise<void> | undefined =>
    probe === undefined ? tell(event) : probe.hear(event)

  const unsigned = inquiry.command === 'resolve' ? keyWithoutEffect(inquiry.settings) : []
  for (const warning of unsigned) status?.hear({ type: 'warning', ...warning })
  const startedAt = clock.now()
  const resolver = await composeResolver(inquiry, backends)
  try {
    const onPause = (text: string): void => status?.pause(text)
    const round = waits(inquiry)
      ? await waitForAnswer(inquiry, { resolver, signal, wait: inquiry.wait, clock, hear, onPause })
      : await askRound(inquiry, { resolver, signal, timeout: inquiry.timeout, hear })
    const { witnesses } = round
    const report = probe !== undefined && 'endpoints' in round.report ? probe.applied(round.report) : round.report
    if (attemptsComeLate) for (const attempt of report.attempts) status?.say(attemptLine(attempt, pen))
    await live?.end()
    status?.clear()
    if (live === undefined) {
      const printed = { show: pen.show, pretty: stdout.isTTY === true, table }
      await writeData(stdout, await reportText(report, inquiry.format, printed))
    }
    for (const line of summaryLines({ inquiry, report, witnesses, pen, attemptsShown })) status?.say(line)
    if (inquiry.command === 'resolve' && report.outcome === 'absent' && !inquiry.quiet && !waits(inquiry)) {
      const timeLeft = inquiry.timeout - (clock.now() - startedAt)
      const meant = await similarName(inquiry, { backends, signal, timeLeft })
      if (meant !== undefined) status?.say(`did you mean ${meant}?`)
    }
    const isTooLittle = inquiry.command === 'resolve' && isShort(report, inquiry.minEndpoints)
    return exitCodeOf(isTooLittle ? 'undetermined' : report.outcome)
  } finally {
    status?.clear()
    await resolver[Symbol.asyncDispose]()
  }
}

/** Text on a terminal is a table, for a person who reads it. */
function tableFor(inquiry: Inquiry, { stdout, env }: RunCliOptions): TableOptions | undefined {
  if (inquiry.format !== 'text' || stdout.isTTY !== true) return undefined
  const pen = { paint: paintFor(stdout, env, inquiry.noColor), show: terminalText(env) }
  return { pen, width: stdout.columns || 80 }
}

/** Addresses given by hand do not change, however long one waits. */
function waits(inquiry: Inquiry): inquiry is ResolveInquiry & { readonly wait: number } {
  return inquiry.command === 'resolve' && inquiry.wait !== undefined && inquiry.settings.addresses.length === 0
}

/** The least time, in milliseconds, for connections when `--wait` is nearly over: none would be none that was tried. */
const LEAST_PROBE_TIME = 250

function probeOf(
  inquiry: Inquiry,
  options: Omit<EndpointProbeOptions, 'timeLeft' | 'remedy' | 'onTry'> & { readonly onTry: (text: string) => void },
): EndpointProbe | undefined {
  if (inquiry.command !== 'resolve' || !inquiry.probe) return undefined
  const { clock, onTry } = options
  const { policy, backends, settings } = inquiry
  const hasOthers = policy === 'first' && backends.length > 1 && settings.addresses.length === 0
  const endsAt = waits(inquiry) ? clock.now() + inquiry.wait : Number.POSITIVE_INFINITY
  return new EndpointProbe({
    ...options,
    // A list may be readable and wrong, and hide a source that is right.
    remedy: hasOthers ? 'other sources may know better: --policy merge' : undefined,
    timeLeft: () => Math.max(LEAST_PROBE_TIME, Math.min(inquiry.timeout, endsAt - clock.now())),
    onTry: (count) => onTry(`trying to connect to ${count} endpoint${count === 1 ? '' : 's'} ...`),
  })
}
