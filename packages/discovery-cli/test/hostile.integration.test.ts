import { type HostileQuery, hostileServer, reply } from '@pstorage/testbed'
import { beforeAll, describe, expect, it } from 'vitest'
import { commandTable } from '../src/commands/command-table.js'
import { buildCli, childRun } from './built-cli.js'

beforeAll(buildCli, 120_000)

/** All at once: erase the screen, ring, return, break the line, reverse, C1, and what is no UTF-8. */
const hostile = Buffer.concat([Buffer.from('a\x1b[2J\x07\r\n\u202e\u200b\u009b"\\;$(id)'), Buffer.of(0x9b, 0xff)])

/** The bytes of a name below a domain that begins with it. */
function hostIn(domain: string): Buffer {
  const labels = [hostile, ...domain.split('.').map((label) => Buffer.from(label))]
  return Buffer.concat([...labels.flatMap((label) => [Buffer.of(label.length), label]), Buffer.of(0)])
}

const host = hostIn('pstorage.test')

/** A name server that says hostile things wherever it can say something. */
function answer(query: HostileQuery) {
  const type = query.type
  const name = query.name
  if (type === 16) return reply(query, { answers: [{ name, type: 'TXT', strings: [hostile, 'good'] }] })
  if (type === 33) {
    const answers = [
      { name, type: 'SRV', port: 2510, target: host } as const,
      { name, type: 'SRV', port: 2511, target: hostIn('nowhere.test') } as const,
    ]
    return reply(query, { answers, additionals: [{ name: host, type: 'A', address: '192.0.2.3' }] })
  }
  return reply(query, { rcode: type === 6 ? 'REFUSED' : 'NOERROR' })
}

/** The commands that ask, and what follows them; the others have no text from a name server. */
const operandsOf: Readonly<Record<string, readonly string[]>> = {
  discover: ['-v'],
  resolve: ['c', '-v'],
  watch: ['c', '-v'],
  'zone generate': ['pstorage.test', '--partial', '-v'],
  'zone lint': ['pstorage.test'],
  'bootstrap write': ['c', '--dry-run', '--partial', '--clusters-dir', '/nonexistent', '-v'],
}

describe('CLI-5, CLI-6: a hostile name server', () => {
  const rows = commandTable
    .filter(({ name }) => name in operandsOf)
    .flatMap(({ name, formats = ['text' as const] }) => formats.map((format) => ({ name, format })))

  it.each(rows)('drives no terminal through $name --format $format', async ({ name, format }) => {
    await using server = await hostileServer({ udp: answer, tcp: answer })
    const command = commandTable.find((known) => known.name === name)
    const argv = [
      ...[...name.split(' '), ...(operandsOf[name] ?? [])],
      ...(command?.options.includes('backend') ? ['--backend', 'dns'] : []),
      ...(name === 'zone lint' ? [] : ['--domain', 'pstorage.test']),
      ...['--server', server.server, '--timeout', '2'],
      ...(command?.formats === undefined ? [] : ['--format', format]),
    ]
    const run = await childRun(argv, {
      env: { FORCE_COLOR: '0' },
      printed: (_, { kill }) => void (name === 'watch' && kill('SIGINT')),
    })
    expect(server.queries.length).toBeGreaterThan(0)
    expect([0, 1, 3, 4, 5, 6, 130]).toContain(run.code)
    // The zone of such a server cannot be read, and no commands are made for it.
    if (format === 'nsupdate') expect(run).toMatchObject({ code: 3, stdout: '' })
    else expect(run.stdout).not.toBe('')
    expect(run.stdout).toMatch(/^[ -~\n\ufffd]*$/)
    expect(run.stderr).toMatch(/^[ -~\n\ufffd]*$/)
    if (format === 'json' || format === 'prometheus') JSON.parse(run.stdout)
    if (format === 'ndjson') for (const line of run.stdout.trimEnd().split('\n')) JSON.parse(line)
    if (name === 'resolve' && format === 'text') expect(run.stdout).toBe('192.0.2.3:2510\n')
    if (name === 'discover' && format === 'text') expect(run.stdout).toBe('good\n')
  })
})
