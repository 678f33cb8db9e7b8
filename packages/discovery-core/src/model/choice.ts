import { escapeText } from '../runtime/text.js'

/**
 * Says from where a result was taken by a resolver that chooses: the first of several resolvers that finds something, the
 * first of several search domains that has the cluster.
 *
 * For code that keeps answers. A cache or a watch that holds a result of something in {@link unanswered} keeps it, and does
 * not go over to this one: that it could not be asked says nothing about what is there.
 */
export interface Choice {
  /** The chosen source, from the outermost resolver that has several to the innermost: names of resolvers, a search domain. */
  readonly path: readonly string[]
  /** Preferred sources that could not be asked, written in the same way; a path stands for all that begin with it. */
  readonly unanswered: readonly (readonly string[])[]
}

/** A choice as it is seen from a resolver around the one that made it. */
export function choiceWithin(label: string, { path, unanswered }: Choice): Choice {
  return { path: [label, ...path], unanswered: unanswered.map((one) => [label, ...one]) }
}

/** Returns whether a path leads to what another one stands for. */
export function isWithin(path: readonly string[], whole: readonly string[]): boolean {
  return whole.length <= path.length && whole.every((label, index) => path[index] === label)
}

/** Names that tell resolvers apart that stand side by side: of two with the same name the later one gets its number too. */
export function labelsOf(resolvers: readonly { readonly name: string }[]): readonly string[] {
  const names = resolvers.map(({ name }) => escapeText(name))
  return names.map((name, index) => (names.indexOf(name) === index ? name : `${name} ${index + 1}`))
}

/** Returns whether something is a choice: it may come from any code. */
export function isChoice(value: unknown): value is Choice {
  if (typeof value !== 'object' || value === null) return false
  const { path, unanswered } = value as Partial<Choice>
  return isPath(path) && Array.isArray(unanswered) && unanswered.every(isPath)
}

function isPath(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((label) => typeof label === 'string' && isEscaped(label))
}

function isEscaped(label: string): boolean {
  return escapeText(label, { maxLength: label.length }).replaceAll('\\\\', '\\') === label
}
