import { isObject, type Manifest } from './manifest.js'
import type { RuleFinding } from './rule.js'

/** The oldest Node that everything here runs on. */
export const ENGINES: { readonly node: string } = { node: '>=20.19' }

/** The fields that are not as expected; a dot in the name of a field leads one level down, undefined means absent. */
export const wrongFields = (manifest: Manifest, expected: Readonly<Record<string, unknown>>): readonly RuleFinding[] =>
  Object.entries(expected)
    .map(([field, value]) => ({ field, right: written(value), actual: written(valueAt(manifest, field)) }))
    .filter(({ right, actual }) => actual !== right)
    .map(({ field, right, actual }) => ({
      file: 'package.json',
      problem: `"${field}" is ${actual}`,
      remedy: right === ABSENT ? 'remove it' : `make it ${right}`,
    }))

const valueAt = (manifest: Manifest, field: string): unknown =>
  field.split('.').reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), manifest)

const ABSENT = 'absent'

const written = (value: unknown): string => (value === undefined ? ABSENT : JSON.stringify(value))
