import { parse } from 'yaml'
import { isObject } from '../manifest.js'
import type { Rule, RuleFinding } from '../rule.js'

/** A workflow runs fixed code only, keeps no credentials in the checkout, and grants each job no more than it names. */
export const workflows: Rule = {
  id: 'workflows',
  appliesTo: ['root'],
  check: ({ files }) =>
    [...files].flatMap(([file, text]) => {
      if (!file.startsWith('.github/workflows/')) return []
      const workflow: unknown = parse(text)
      return [...permissionFindings(workflow), ...stepsOf(workflow).flatMap(stepFindings)].map((finding) => ({
        file,
        ...finding,
      }))
    }),
}

type Finding = Omit<RuleFinding, 'file'>

/** An action as the 40 hexadecimal digits of a commit: a tag can be moved to other code. */
const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/
/** A program by its whole version, such as pnpm@12.21.0. */
const INSTALLED = /\b(?:npm|pnpm)@(?!\d+\.\d+\.\d+(?![\w.]))\S*/g

function permissionFindings(workflow: unknown): Finding[] {
  const permissions = isObject(workflow) ? workflow.permissions : undefined
  const isReadOnly = isObject(permissions) && Object.values(permissions).every((value) => value === 'read')
  if (isReadOnly) return []
  return [
    { problem: 'has no permissions, or may write', remedy: 'set permissions: {} and grant each job what it needs' },
  ]
}

function stepFindings(step: Readonly<Record<string, unknown>>): Finding[] {
  const findings: Finding[] = []
  const { uses, run } = step
  if (typeof uses === 'string') {
    if (!PINNED.test(uses))
      findings.push({ problem: `uses ${uses}`, remedy: 'name the commit, and its tag in a comment' })
    const options = isObject(step.with) ? step.with : {}
    if (uses.startsWith('actions/checkout@') && options['persist-credentials'] !== false) {
      findings.push({ problem: 'keeps credentials in the checkout', remedy: 'set persist-credentials: false' })
    }
  }
  for (const [program] of typeof run === 'string' ? run.matchAll(INSTALLED) : []) {
    findings.push({ problem: `installs ${program}`, remedy: 'name the whole version' })
  }
  return findings
}

function stepsOf(workflow: unknown): Readonly<Record<string, unknown>>[] {
  const jobs = isObject(workflow) && isObject(workflow.jobs) ? Object.values(workflow.jobs) : []
  return jobs.flatMap((job) => (isObject(job) && Array.isArray(job.steps) ? job.steps : [])).filter(isObject)
}
