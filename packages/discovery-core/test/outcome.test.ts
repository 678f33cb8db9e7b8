import { type AttemptStatus, type Outcome, outcomeOf } from '@pstorage/discovery-core'
import { describe, expect, it } from 'vitest'

describe('outcomeOf', () => {
  it.each<[statuses: AttemptStatus[], outcome: Outcome]>([
    [[], 'undetermined'],
    [['empty'], 'absent'],
    [['empty', 'silent', 'skipped', 'found'], 'absent'],
    [['silent'], 'undetermined'],
    [['skipped'], 'undetermined'],
    [['silent', 'skipped'], 'undetermined'],
    ...(['refused', 'timeout', 'unreachable', 'malformed', 'failed', 'unavailable'] as const).flatMap(
      (status): [AttemptStatus[], Outcome][] => [
        [[status], 'undetermined'],
        [['empty', status], 'undetermined'],
        [[status, 'empty', 'empty'], 'undetermined'],
      ],
    ),
  ])('%j without a result is %s', (statuses, outcome) => {
    expect(outcomeOf({ found: false, known: false, statuses })).toBe(outcome)
    expect(outcomeOf({ found: false, known: true, statuses })).toBe('known')
    expect(outcomeOf({ found: true, known: true, statuses })).toBe('found')
  })

  it('takes a status that it does not know for a failure', () => {
    const statuses: AttemptStatus[] = ['empty', 'on-fire' as AttemptStatus]
    expect(outcomeOf({ found: false, known: false, statuses })).toBe('undetermined')
  })
})
