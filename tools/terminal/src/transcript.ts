/** A block of a document that is run in a terminal. */
export interface Transcript {
  /** The host whose terminal it is. */
  readonly host: string
  /** The input, in order. */
  readonly commands: readonly TypedCommand[]
}

/** One line that is typed. */
export interface TypedCommand {
  readonly text: string
  /** Runs until it is interrupted: at the end of the block (`^C` stands below it), or of the document (`...`). */
  readonly until: 'done' | 'interrupted' | 'the end'
}

/**
 * Plays every block of a document that a line `<!-- terminal HOST -->` stands before, and puts what the terminal shows in
 * its place. What is typed are the lines that begin with `$ `.
 */
export const replay = async (document: string, play: (transcript: Transcript) => Promise<string>): Promise<string> => {
  let text = ''
  let place = 0
  for (const block of document.matchAll(BLOCK)) {
    const [whole, head = '', host = '', content = ''] = block
    text += document.slice(place, block.index) + head
    text += `${await play({ host, commands: commandsIn(content) })}\n\`\`\``
    place = block.index + whole.length
  }
  return text + document.slice(place)
}

const BLOCK = /(<!-- terminal (\w+) -->\n+```console\n)([\s\S]*?)```/g

const commandsIn = (content: string): readonly TypedCommand[] =>
  content
    .split(/^(?=\$ )/m)
    .filter((part) => part.startsWith('$ '))
    .map((part) => {
      const [first = '', ...shown] = part.trimEnd().split('\n')
      const last = shown.at(-1)
      const until = last === '^C' ? 'interrupted' : last === '...' ? 'the end' : 'done'
      return { text: first.slice(2), until }
    })
