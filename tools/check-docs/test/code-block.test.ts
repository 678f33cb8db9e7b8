import { describe, expect, it } from 'vitest'
import { blockDuty } from '../src/block-duty.js'
import { codeBlocks } from '../src/code-block.js'

const shortly = (markdown: string): readonly string[] =>
  codeBlocks('README.md', markdown).map(({ line, language, mark, text }) =>
    JSON.stringify([line, language, mark, text].filter((part) => part !== '')),
  )

describe('codeBlocks', () => {
  it.each([
    ['one', 'a\n```ts\nb\nc\n```\n', ['[3,"ts","b\\nc"]']],
    ['none', 'a ```ts b``` c\n', []],
    ['two', '```ts\na\n```\n\n```json\n{}\n```', ['[2,"ts","a"]', '[6,"json","{}"]']],
    ['an empty one', '```ts\n```\n', ['[2,"ts"]']],
    ['without language', '```\na\n```\n', ['[2,"a"]']],
    ['with a mark', '```ts ignore a shape\na\n```\n', ['[2,"ts","ignore a shape","a"]']],
    ['with a blank before the language', '``` ts\na\n```\n', ['[2,"ts","a"]']],
    ['of tildes', '~~~ts\n```\n~~~\n', ['[2,"ts","```"]']],
    ['in a longer fence', '````md\n```ts\na\n```\n````\n', ['[2,"md","```ts\\na\\n```"]']],
    ['in a list', '- a\n\n  ```ts\n  b\n    c\n\n  ```\n', ['[4,"ts","b\\n  c\\n"]']],
    ['with CRLF', '```ts\r\na\r\n```\r\n', ['[2,"ts","a"]']],
    ['never closed', '```ts\na\n', ['[2,"ts","a\\n"]']],
  ])('reads %s', (_name, markdown, expected) => {
    expect(shortly(markdown)).toEqual(expected)
  })
})

describe('blockDuty', () => {
  it.each([
    ['ts', '```ts\n```', 'compile'],
    ['json', '```json\n```', 'parse'],
    ['sh', '```sh\n```', 'none'],
    ['no language', '```\n```', 'none'],
    ['ignored with a reason', '```ts ignore it shows a shape\n```', 'ignore'],
    ['ignored without a reason', '```ts ignore\n```', 'wrong'],
    ['an unknown mark', '```ts ignored\n```', 'wrong'],
    ['another name of ts', '```typescript\n```', 'wrong'],
    ['JavaScript', '```js\n```', 'wrong'],
    ['never closed', '```ts\n', 'wrong'],
  ])('of %s', (_name, markdown, kind) => {
    expect(codeBlocks('README.md', markdown).map((block) => blockDuty(block).kind)).toEqual([kind])
  })
})
