import { MessageError, NameError } from '../src/index.js'

/** The MessageError that `work` throws. */
export function messageErrorOf(work: () => unknown): MessageError {
  const error = thrownBy(work)
  if (!(error instanceof MessageError)) {
    throw new Error(`expected a MessageError, got ${String(error)}`)
  }
  return error
}

/** The NameError that `work` throws. */
export function nameErrorOf(work: () => unknown): NameError {
  const error = thrownBy(work)
  if (!(error instanceof NameError)) {
    throw new Error(`expected a NameError, got ${String(error)}`)
  }
  return error
}

function thrownBy(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}
