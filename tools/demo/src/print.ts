const colours = process.stdout.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb'
const width = 100

/** Output of the demonstration. */
export const print = {
  title(text: string): void {
    console.log(`\n${bold(`== ${text}`)}`)
  },
  text(text: string): void {
    console.log(wrapped(text))
  },
  command(words: readonly string[]): void {
    console.log(bold(`$ ${words.join(' ')}`))
  },
  exitCode(code: number | undefined): void {
    console.log(`(exit code ${code})`)
  },
  end(surprises: readonly string[]): void {
    for (const surprise of surprises) console.log(`\nThis should not have happened: ${surprise}`)
    if (surprises.length === 0) {
      console.log('\nThat was all; everything is stopped again. Next: README.md, or npx -y pnpm@12 test')
    }
  },
}

function bold(text: string): string {
  return colours ? `\u001b[1m${text}\u001b[0m` : text
}

function wrapped(text: string): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length >= width) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].join('\n')
}
