import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { Terminal } from './terminal.js'
import { replay, type Transcript } from './transcript.js'
import { makeWorld, type World } from './world.js'

/** Plays a document from its start to its end. */
const playDocument = async (file: string, world: World): Promise<void> => {
  const kept: Terminal[] = []
  const play = async ({ host, commands }: Transcript): Promise<string> => {
    const terminal = await Terminal.open(`pstorage-${randomBytes(4).toString('hex')}`, world.shellOn(host))
    kept.push(terminal)
    for (const { text, until } of commands) {
      if (until === 'done') await terminal.run(text)
      else await terminal.start(text)
      if (until === 'interrupted') await terminal.interrupt()
    }
    const isRunning = commands.at(-1)?.until === 'the end'
    const screen = `${await terminal.screen()}${isRunning ? '\n...' : ''}`
    if (!isRunning) await kept.pop()?.[Symbol.asyncDispose]()
    return screen
  }
  try {
    const document = readFileSync(file, 'utf8')
    writeFileSync(file, await replay(document, play))
    console.log(file)
  } finally {
    for (const terminal of kept) await terminal[Symbol.asyncDispose]()
  }
}

const files = process.argv.slice(2)
if (files.length === 0) {
  console.error('usage: node dist/main.js DOCUMENT...')
  process.exit(2)
}
for (const file of files) {
  await using world = await makeWorld()
  await playDocument(file, world)
}
