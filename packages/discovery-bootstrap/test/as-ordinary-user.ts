const nobody = 65_534

/** Runs `body` as a user who is not root, since root reads everything. */
export async function asOrdinaryUser<T>(body: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0 || process.seteuid === undefined) return body()
  process.seteuid(nobody)
  try {
    return await body()
  } finally {
    process.seteuid(0)
  }
}
