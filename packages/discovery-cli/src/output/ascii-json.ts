/**
 * JSON in ASCII alone: safe on every terminal and in every locale, and the same to every reader of JSON. `JSON.stringify`
 * leaves C1 controls, bidirectional overrides and zero-width characters as they are.
 */
export function asciiJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(/[\x7f-\uffff]/g, escapeUnit)
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
