import { canonicalAddress, formatEndpoint } from '@pstorage/discovery-core'
import { type FuzzTarget, mutateBytes, mutateText } from '@pstorage/fuzz'
import { type BootstrapList, parseBootstrapList } from '../../src/index.js'
import { decodeList } from '../../src/list/bootstrap-list.js'
import { ListComments } from '../../src/list/list-comments.js'
import { ListFault } from '../../src/list/list-fault.js'

const files = [
  '10.0.0.1:2510 10.0.0.2:2510,10.0.0.3:2511\n',
  '# the first rack\n10.0.0.1\n\t# the second\r\n[2001:db8::1]:2510; [fe80::1%eth0]:2510\n\n10.0.0.4:2510 # behind\n',
  '\ufeff10.0.0.1:2510\r10.0.0.1:2510\r',
  '10.0.0.256:2510, 127.0.0.1:2510, 0.0.0.0:2510, mds1.pstorage.test:2510, 10.0.0.5:70000\n',
] as const
const words = [
  '10.0.0.9:2510',
  '10.0.0.10',
  '[::1]:2510',
  '[::ffff:10.0.0.1]:1',
  '255.255.255.255:1',
  'fe80::1',
  '# a comment',
  '\n#',
  ', ;\t',
  '\u221210.0.0.1',
  `${'9'.repeat(200)}`,
] as const

/**
 * Any octets as a `bs.list`: entries with addresses, each once and at its place, which are read the same when they are written
 * again, with the comments too; or the one fault of what is not text.
 */
export const target: FuzzTarget = {
  name: 'list',
  time: 50,
  inputs: (random) => () => {
    const text = Buffer.from(mutateText(random.pick(files), random, words))
    return random.oneIn(4) ? mutateBytes(text, random, 65_536) : text
  },
  check(input) {
    let text: string
    try {
      text = decodeList(input)
    } catch (error) {
      if (error instanceof ListFault && error.code === 'ERR_LIST_MALFORMED') return false
      throw error
    }
    const list = parseBootstrapList(text)
    checkList(list, text)
    const strict = parseBootstrapList(text, { strict: true })
    checkList(strict, text)
    const endpoints = endpointsOf(list)
    const missed = endpointsOf(strict).find((endpoint) => !endpoints.includes(endpoint))
    if (missed !== undefined) throw new Error(`only the strict grammar has ${missed}`)
    expectSame(endpointsOf(parseBootstrapList(endpoints.join('\n'))), endpoints)
    expectSame(endpointsOf(parseBootstrapList(new ListComments(text).formatAround(endpoints))), endpoints)
    return endpoints.length > 0
  },
}

function checkList({ entries, warnings }: BootstrapList, text: string): void {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)
  for (const { line, column } of [...entries, ...warnings]) {
    if (!/^[^,; \t\r\n]$/.test(lines[line - 1]?.[column - 1] ?? ''))
      throw new Error(`nothing stands at ${line}:${column}`)
  }
  for (const { endpoint } of entries) {
    const { address, port } = endpoint
    if (canonicalAddress(address) !== address || port < 1 || port > 65_535) throw new Error(`no endpoint: ${address}`)
  }
  for (const { message } of warnings) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
    if (/[\0-\x1f\x7f-\x9f]/.test(message)) throw new Error('a warning is not escaped')
  }
}

function endpointsOf({ entries }: BootstrapList): readonly string[] {
  return entries.map(({ endpoint }) => formatEndpoint(endpoint))
}

function expectSame(read: readonly string[], written: readonly string[]): void {
  if (read.join() !== written.join()) throw new Error(`${written.join()} is read back as ${read.join()}`)
}
