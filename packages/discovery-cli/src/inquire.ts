import {
  type DiscoverReport,
  discoverFold,
  type ReportFold,
  type ResolveEvent,
  type ResolveReport,
  type Resolver,
  resolveFold,
  type Source,
} from '@pstorage/discovery-core'
import type { Pen } from './attempt-line.js'
import type { BackendLoaders } from './backends.js'
import type { Inquiry } from './command-line.js'
import { composeResolver } from './compose.js'
import { exitCodeOf } from './exit-code.js'
import { jsonOf } from './output/json.js'
import { ndjsonOf } from './output/ndjson.js'
import { textOf } from './output/text.js'
import { paintFor } from './paint.js'
import type { RunCliOptions } from './run.js'
import { StatusLine } from './status-line.js'
import { summaryLines } from './summary.js'
import { terminalText } from './terminal-text.js'
import { writeData } from './write-data.js'

type InquireOptions = RunCliOptions & { readonly backends: BackendLoaders }

/** Asks, shows what happens, prints the answer, and gives the exit code that says its outcome. */
export async function inquire(inquiry: Inquiry, options: InquireOptions): Promise<number> {
  const { env, stdout, stderr, signal, backends } = options
  const pen: Pen = { paint: paintFor(stderr, env, inquiry.noColor), show: terminalText(env) }
  const onTerminal = stderr.isTTY === true && !inquiry.quiet
  const attemptsShown = onTerminal || inquiry.verbose
  const asking = onTerminal && env.TERM !== 'dumb'
  const status = inquiry.quiet ? undefined : new StatusLine({ stream: stderr, pen, attempts: attemptsShown, asking })
  const print = (text: string): Promise<void> => {
    if (text !== '') status?.clear()
    return writeData(stdout, text)
  }

  const resolver = await composeResolver(inquiry, backends)
  try {
    const { fold, events } = ask(inquiry, resolver, signal)
    const witnesses: Source[] = []
    for await (const event of events) {
      fold.add(event)
      status?.hear(event)
      if (event.type === 'cluster') witnesses.push(event.source)
      if (inquiry.format === 'ndjson') await print(ndjsonOf(event))
    }
    signal?.throwIfAborted()
    const report = fold.report()
    if (inquiry.format === 'text') await print(textOf(report, pen.show))
    if (inquiry.format === 'json') await print(jsonOf(report, { pretty: stdout.isTTY === true }))
    for (const line of summaryLines({ inquiry, report, witnesses, pen, attemptsShown })) status?.say(line)
    return exitCodeOf(report.outcome)
  } finally {
    status?.clear()
    await resolver[Symbol.asyncDispose]()
  }
}

interface Asked {
  readonly events: AsyncIterable<ResolveEvent>
  readonly fold: ReportFold<ResolveEvent, DiscoverReport | ResolveReport>
}

function ask(inquiry: Inquiry, resolver: Resolver, signal: AbortSignal | undefined): Asked {
  const query = { signal, timeout: inquiry.timeout }
  return inquiry.command === 'discover'
    ? { events: resolver.discover(query), fold: discoverFold() }
    : { events: resolver.resolve(inquiry.cluster, query), fold: resolveFold(inquiry.cluster) }
}
