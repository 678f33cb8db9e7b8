import { expect, it } from 'vitest'
import { codeBlocks } from '../src/code-block.js'
import { compilerFindings } from '../src/compiler-findings.js'

it('names the document of a block, any other file by its path, and joins what is indented', () => {
  const [block] = codeBlocks('docs/guide.md', '```ts\nlet a: string = 1\n```\n')
  const output = [
    "block-0.mts(2,5): error TS2322: Type 'number' is not assignable to type 'string'.",
    '  More about it.',
    '../core.ts(7,1): error TS1005: expected.',
    '',
  ].join('\n')
  expect(
    compilerFindings(output, new Map([['block-0.mts', block ?? expect.fail()]]), (path) => `root/${path}`),
  ).toEqual([
    {
      file: 'docs/guide.md',
      line: 2,
      problem: "error TS2322: Type 'number' is not assignable to type 'string'. More about it.",
    },
    { file: 'root/../core.ts', line: 7, problem: 'error TS1005: expected.' },
  ])
})
