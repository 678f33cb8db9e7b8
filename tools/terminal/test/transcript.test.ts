import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { replay, type Transcript } from '../src/transcript.js'

const FENCE = '```'
const block = (host: string, content: string): string =>
  `<!-- terminal ${host} -->\n${FENCE}console\n${content}\n${FENCE}`

const played = async (document: string, screen = '$ true') => {
  const transcripts: Transcript[] = []
  const text = await replay(document, async (transcript) => {
    transcripts.push(transcript)
    return screen
  })
  return { text, transcripts }
}

describe('replay', () => {
  it('types what stands after the prompt, and puts what is shown in its place', async () => {
    const document = `before\n${block('node1', '$ one -a\nformer output\n$ two')}\nafter\n`
    const { text, transcripts } = await played(document, '$ one -a\noutput\n$ two')
    expect(transcripts).toEqual([
      {
        host: 'node1',
        commands: [
          { text: 'one -a', until: 'done' },
          { text: 'two', until: 'done' },
        ],
      },
    ])
    expect(text).toBe(`before\n${block('node1', '$ one -a\noutput\n$ two')}\nafter\n`)
  })

  it.each([
    { id: 'until it is interrupted', content: '$ watch\nsomething\n^C', until: 'interrupted' },
    { id: 'until the document ends', content: '$ announce\nsomething\n...', until: 'the end' },
  ])('runs a command $id', async ({ content, until }) => {
    const { transcripts } = await played(block('node2', content))
    expect(transcripts[0]?.commands).toEqual([{ text: content.split('\n')[0]?.slice(2), until }])
  })

  it('leaves blocks without a terminal alone', async () => {
    const document = `${FENCE}console\n$ one\n${FENCE}\n`
    expect(await played(document)).toEqual({ text: document, transcripts: [] })
  })
})

describe('the documents', () => {
  const folder = fileURLToPath(new URL('../../../docs', import.meta.url))
  const documents = readdirSync(folder).filter((name) => name.endsWith('.md'))

  it.each(documents)('%s shows nothing as a terminal that was not typed into one', (name) => {
    const text = readFileSync(`${folder}/${name}`, 'utf8')
    const blocks = [...text.matchAll(/^(.*)\n+```console$/gm)].map(([, before]) => before)
    expect(blocks.filter((before) => !/^<!-- terminal \w+ -->$/.test(before ?? ''))).toEqual([])
  })
})
