import { type FindingLevel, isAtLeast } from '@pstorage/discovery-core/checks'
import { asciiJson, SCHEMA_VERSION } from '../../output/json.js'
import { presentCauses } from '../causes.js'
import { countsOf, type Examination, worstOf } from '../examination.js'

/** Returns the findings as one JSON value, on one line or indented. The counts are of all findings, shown or not. */
export function examinationJson(
  examination: Examination,
  level: FindingLevel,
  { pretty }: { readonly pretty: boolean },
): string {
  const { byLevel, unchecked } = countsOf(examination)
  const findings = examination.groups.flatMap(({ title, findings }) =>
    findings
      .filter((each) => isAtLeast(each.level, level))
      .map((each) => {
        const { check, level, subject, seen, meaning, checked } = each
        const remedies = each.remedies.map(({ kind, place, software, replaces, text, fix }) => ({
          ...{ kind, place, software, replaces, text },
          safe: fix !== null,
        }))
        const follows = presentCauses(each, examination)
        return { check, group: title, level, subject, seen, meaning, remedies, checked, follows }
      }),
  )
  const head = { schemaVersion: SCHEMA_VERSION, worst: worstOf(examination), subject: examination.subject }
  const value = { ...head, counts: { ...byLevel, unchecked }, findings }
  return `${asciiJson(value, pretty ? 2 : undefined)}\n`
}
