import { escapeText, type Source } from '@pstorage/discovery-core'

/** The `backend` of everything that this package finds. */
export const backendName = 'bootstrap'

const longestPath = 4096

/** A path as it is shown: escaped, and whole. */
export function shownPath(path: string): string {
  return escapeText(path, { maxLength: longestPath })
}

/** The source of what a file says, or of what its being there says; `line` counts from 1. */
export function listSource(path: string, line?: number): Source {
  const origin = line === undefined ? shownPath(path) : `${shownPath(path)}:${line}`
  return { backend: backendName, method: 'bs-list', origin, ttl: null, authenticated: false }
}
