import type { Warning } from '@pstorage/discovery-core'

/** Number of questions that the answers to one query may cause. */
const MOST_QUESTIONS = 256

/** Reason why a question is not asked. */
export const TOO_MANY_QUESTIONS: string = `the answers to this query would cause more than ${MOST_QUESTIONS} questions`

/**
 * Limits the questions that the answers to one query cause, with names that the owner of the records has chosen: those about the
 * addresses of SRV targets and of name servers, and about the targets of aliases. An answer of 64 KiB could cause thousands.
 */
export class QuestionBudget {
  readonly #warn: (warning: Warning) => void
  #left = MOST_QUESTIONS
  #isWarned = false

  /** @param warn called at the first question that is too many */
  constructor(warn: (warning: Warning) => void) {
    this.#warn = warn
  }

  /** Returns whether so many more may be asked. Once some may not, no others may, so that the best targets are those that are used. */
  take(questions: number): boolean {
    this.#left -= questions
    if (this.#left >= 0) return true
    if (!this.#isWarned) {
      this.#warn({ code: 'dns-too-many-questions', message: `${TOO_MANY_QUESTIONS}; the others are not asked` })
    }
    this.#isWarned = true
    return false
  }
}
