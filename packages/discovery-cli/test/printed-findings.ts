import type { PrintedRemedy } from '@pstorage/testbed'

/** A finding as `doctor` prints it. */
export interface PrintedFinding {
  readonly level: string
  readonly check: string
  readonly remedies: readonly PrintedRemedy[]
}

const head = /^ {2}(ok|notice|warning|error) +(\S+) {2}/
const where = /^ {11}(?:or )?((?:in|as) .*?)(, remove|, replace)?:$/
const above = /^ {11}fixed by the lines above \((\S+)\)$/
const line = /^ {15}(.*)$/

/** Reads what is printed, as a person does who is about to paste it. */
export function printedFindings(text: string): readonly PrintedFinding[] {
  const findings: { level: string; check: string; remedies: PrintedRemedy[] }[] = []
  let lines: string[] = []
  for (const printed of text.split('\n')) {
    const [, level, check] = head.exec(printed) ?? []
    const finding = findings.at(-1)
    const [, place, action] = where.exec(printed) ?? []
    const [, other] = above.exec(printed) ?? []
    const [, content] = line.exec(printed) ?? []
    if (level !== undefined && check !== undefined) findings.push({ level, check, remedies: [] })
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
