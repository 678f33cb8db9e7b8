const actions = new Set<() => void>()

/** Does something when this process ends, unless what this gives is called before. */
export function atExit(action: () => void): () => void {
  // One listener for all: Node warns of more than ten.
  if (actions.size === 0) process.once('exit', doAll)
  actions.add(action)
  return () => {
    actions.delete(action)
    if (actions.size === 0) process.off('exit', doAll)
  }
}

function doAll(): void {
  for (const action of actions) action()
}
