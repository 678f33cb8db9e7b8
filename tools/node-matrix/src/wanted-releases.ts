/** The release lines that are supported: the oldest first. */
export const releases: readonly string[] = ['20', '22', '24', '26']

/** The release lines that the words after the command name, all of them where there are none, or what is wrong with them. */
export function wantedReleases(words: readonly string[]): readonly string[] | string {
  const unknown = words.filter((word) => !releases.includes(word))
  if (unknown.length > 0)
    return `the release lines are ${releases.join(', ')}, and not ${JSON.stringify(unknown.join(' '))}`
  return words.length === 0 ? releases : [...new Set(words)]
}
