import type { Attempt, Endpoint, Source } from '@pstorage/discovery-core'

/** The version of everything that is printed as JSON; schema/v1.json describes it. */
export const SCHEMA_VERSION = 1

/** A source with its keys in their fixed order, whatever else a backend may have put there. */
export function sourceShape({ backend, method, origin, ttl, authenticated }: Source): Source {
  return { backend, method, origin, ttl, authenticated }
}

/** The same for an endpoint. */
export function endpointShape({ address, port, host, priority, weight, ttl }: Endpoint): Endpoint {
  return { address, port, host, priority, weight, ttl }
}

/** The same for an attempt. */
export function attemptShape(attempt: Attempt): Attempt {
  const { backend, method, target, server, status, count, elapsedMs, detail } = attempt
  const error = attempt.error === null ? null : { code: attempt.error.code, message: attempt.error.message }
  return { backend, method, target, server, status, count, elapsedMs, error, detail }
}
