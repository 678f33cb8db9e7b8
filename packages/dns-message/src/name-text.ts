import type { Name } from './name.js'

export function nameToText(_name: Name): string {
  throw new Error('unwritten')
}

export function nameFromText(_text: string): Name {
  throw new Error('unwritten')
}

/** One label in presentation format. */
export function labelToText(_label: string): string {
  throw new Error('unwritten')
}
