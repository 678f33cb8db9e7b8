/**
 * The first of several results in order that is there, without waiting for ever: once one is there, those before it get
 * `patience` more. Rejects as soon as a result rejects.
 *
 * @param results each resolves with `undefined` when it is not there
 * @param patience called once, when the first result is there; resolves when the waiting is over
 */
export async function firstInOrder<T>(
  results: readonly Promise<T | undefined>[],
  patience: () => Promise<void>,
): Promise<T | undefined> {
  const [only] = results
  if (results.length === 1) return only

  const there: (T | undefined)[] = results.map(() => undefined)
  const someThere = new Promise<void>((resolve, reject) => {
    for (const [index, result] of results.entries()) {
      result.then((value) => {
        there[index] = value
        if (value !== undefined) resolve()
      }, reject)
    }
  })
  const over = someThere.then(patience)
  for (const result of results) {
    const waited = await Promise.race([result.then(() => 'ended' as const), over.then(() => 'over' as const)])
    if (waited === 'over') break
    const value = await result
    if (value !== undefined) return value
  }
  return there.find((value) => value !== undefined)
}
