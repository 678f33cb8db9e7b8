import { type FindingLevel, isAtLeast } from '@pstorage/discovery-core/checks'
import { asciiJson } from '../output/ascii-json.js'
import { SCHEMA_VERSION } from '../output/json-shape.js'
import { countsOf, type Examination, worstOf } from './finding-groups.js'

/** What was found, as one JSON value: on one line, or for people to read. The counts are of everything, whatever is shown. */
export function examinationJson(
  examination: Examination,
  level: FindingLevel,
  { pretty }: { readonly pretty: boolean },
): string {
  const { byLevel, unchecked } = countsOf(examination)
  const findings = examination.groups.flatMap(({ title, findings }) =>
    findings
      .filter((found) => isAtLeast(found.level, level))
      .map(({ check, level, subject, seen, meaning, remedies, checked }) => {
        const ways = remedies.map(({ kind, place, software, replaces, text }) => ({
          kind,
          place,
          software,
          replaces,
          text,
        }))
        return { check, group: title, level, subject, seen, meaning, remedies: ways, checked }
      }),
  )
  const head = { schemaVersion: SCHEMA_VERSION, worst: worstOf(examination), subject: examination.subject }
  const value = { ...head, counts: { ...Object.fromEntries(byLevel), unchecked }, findings }
  return `${asciiJson(value, pretty ? 2 : undefined)}\n`
}
