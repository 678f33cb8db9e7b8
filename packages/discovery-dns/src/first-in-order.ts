/**
 * The first of several results in order that is there, without waiting for ever: once one is there, those before it get
 * `patience` more.
 *
 * @param results each resolves with `undefined` when it is not there
 * @param patience called once, when the first result is there; resolves when the waiting is over
 */
export async function firstInOrder<T>(
  results: readonly Promise<T | undefined>[],
  patience: () => Promise<void>,
): Promise<T | undefined> {
  const there: (T | undefined)[] = results.map(() => undefined)
  let patienceOver: Promise<void> | undefined
  const anyThere = new Promise<void>((resolve) => {
    for (const [index, result] of results.entries()) {
      result.then((value) => {
        there[index] = value
        if (value !== undefined) resolve()
      })
    }
  })
  const over = anyThere.then(() => {
    patienceOver ??= patience()
    return patienceOver
  })
  for (const result of results) {
    const waited = await Promise.race([result.then(() => 'ended' as const), over.then(() => 'over' as const)])
    if (waited === 'over') break
    const value = await result
    if (value !== undefined) return value
  }
  return there.find((value) => value !== undefined)
}
