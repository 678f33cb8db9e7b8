import { escapeText, type Source } from '@pstorage/discovery-core'

/** The `backend` in the sources of this package. */
export const backendName = 'bootstrap'

const longestPath = 4096

/** Escapes a path for messages, without cutting it. */
export function formatPath(path: string): string {
  return escapeText(path, { maxLength: longestPath })
}

/** Returns the source of a result from a file: from one line, counted from 1, or from the existence of the file. */
export function listSource(path: string, line?: number): Source {
  const origin = line === undefined ? formatPath(path) : `${formatPath(path)}:${line}`
  return { backend: backendName, method: 'bs-list', origin, ttl: null, authenticated: false }
}
