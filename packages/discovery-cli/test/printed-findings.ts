import type { PrintedRemedy } from '@pstorage/testbed'

/** A finding as `doctor` prints it. */
export interface PrintedFinding {
  readonly level: string
  readonly check: string
  readonly remedies: readonly PrintedRemedy[]
  /** The check that it follows from; `undefined` for a cause. */
  readonly follows: string | undefined
}

const head = /^ {2}(ok|notice|warning|error) +(\S+) {2}/
const where = /^ {11}(?:or )?((?:in|as) .*?)(, remove|, replace)?:$/
const from = /^ {11}follows from (\S+)$/
const above = /^ {11}fixed by the lines above \((\S+)\)$/
const line = /^ {15}(.*)$/

/** Reads what is printed, as a person does who is about to paste it. */
export function printedFindings(text: string): readonly PrintedFinding[] {
  const findings: { level: string; check: string; remedies: PrintedRemedy[]; follows: string | undefined }[] = []
  let lines: string[] = []
  for (const printed of text.split('\n')) {
    const [, level, check] = head.exec(printed) ?? []
    const finding = findings.at(-1)
    const [, place, action] = where.exec(printed) ?? []
    const [, cause] = from.exec(printed) ?? []
    const [, other] = above.exec(printed) ?? []
    const [, content] = line.exec(printed) ?? []
    if (level !== undefined && check !== undefined) findings.push({ level, check, remedies: [], follows: undefined })
    else if (cause !== undefined && finding !== undefined) finding.follows = cause
    else if (other !== undefined)
      finding?.remedies.push(...(findings.findLast(({ check }) => check === other)?.remedies ?? []))
    else if (content !== undefined) lines.push(content)
    else if (printed === `${' '.repeat(11)}with:`) {
      const last = finding?.remedies.at(-1)
      lines = (last?.text as string[] | undefined) ?? [] // made below
    } else if (place !== undefined && finding !== undefined) {
      lines = []
      const isReplaced = action !== undefined
      finding.remedies.push(
        isReplaced ? { where: place, replaces: lines, text: [] } : { where: place, replaces: [], text: lines },
      )
    }
  }
  return findings
}
