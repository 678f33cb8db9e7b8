import type { Name } from './name.js'

export function equalNames(_a: Name, _b: Name): boolean {
  throw new Error('unwritten')
}

export function isSubdomainOf(_name: Name, _ancestor: Name): boolean {
  throw new Error('unwritten')
}

export function nameKey(_name: Name): string {
  throw new Error('unwritten')
}
