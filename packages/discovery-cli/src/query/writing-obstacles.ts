import type { ResolveEvent, Warning } from '@pstorage/discovery-core'
import type { ParsedArguments } from '../args/command.js'
import type { QuerySettings } from '../args/settings.js'
import type { BackendName } from '../context.js'

/** The warnings about an incomplete answer. */
const incompleteCodes: ReadonlySet<string> = new Set([
  'srv-target-incomplete',
  'srv-target-unresolved',
  'srv-too-many',
  'srv-too-many-addresses',
  'dns-too-many-questions',
  'axfr-limit',
  'search-domain-unanswered',
  'search-domain-invalid',
  'bootstrap-entry-invalid',
  'bootstrap-host-unresolved',
  'bootstrap-list-too-large',
  'bootstrap-list-unreadable',
  'bootstrap-too-many-clusters',
  'bootstrap-too-many-entries',
  'mdns-limit',
  'mdns-service-missing',
  'mdns-target-unresolved',
])

/** Collects the reasons why the results of a query must not be written: they are incomplete, or sources disagree. */
export class WritingObstacles {
  readonly #missing = new Set<string>()
  readonly #disagreements = new Set<string>()

  /** Adds an event of the query. */
  add(event: ResolveEvent): void {
    if (event.type !== 'warning') return
    if (event.code === 'sources-disagree') this.#disagreements.add(event.message)
    else if (incompleteCodes.has(event.code)) this.#missing.add(event.code)
  }

  /** The codes of the warnings about missing results. */
  get missing(): readonly string[] {
    return [...this.#missing].toSorted()
  }

  /** The disagreements of sources, one line each. */
  get disagreements(): readonly string[] {
    return [...this.#disagreements]
  }
}

/** Warns of `--interface` without zeroconf: a command that writes uses zeroconf only where `--backend` names it. */
export function interfaceWithoutEffect(
  backends: readonly BackendName[],
  { interfaces }: QuerySettings['settings'],
): readonly Warning[] {
  if (interfaces.length === 0 || backends.includes('zeroconf')) return []
  const message = '--interface has no effect here: this command uses zeroconf only with --backend zeroconf'
  return [{ code: 'option-without-effect', message }]
}

/** Returns the backends of a command that writes: zeroconf, where any host on the link can answer, only where it is named. */
export function backendsForWriting(
  { options }: Pick<ParsedArguments, 'options'>,
  { backends }: QuerySettings,
): readonly BackendName[] {
  return options.has('backend') ? backends : backends.filter((name) => name !== 'zeroconf')
}
