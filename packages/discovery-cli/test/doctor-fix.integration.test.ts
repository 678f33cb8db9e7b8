import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { memoryResolver } from '@pstorage/discovery-core'
import { checkDns } from '@pstorage/discovery-dns/checks'
import { type ClustersDirectory, clustersDirectory } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { checkLoaders, dnsCheckOptions } from '../src/doctor/run-checks.js'
import { capturedStream } from './captured-stream.js'
import { type CliRunOptions, cliRun } from './cli-run.js'

const trailing = '192.0.2.3:2510 # the first one\n'
const corrected = '# the first one\n192.0.2.3:2510\n'

/** Every name below a directory, with the mode and the text of each file. */
async function snapshotOf(path: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const rows = files.map(async ({ parentPath, name }) => {
    const file = join(parentPath, name)
    const { mode } = await stat(file)
    return [file.slice(path.length + 1), `${(mode & 0o777).toString(8)} ${await readFile(file, 'latin1')}`] as const
  })
  return Object.fromEntries((await Promise.all(rows)).toSorted())
}

const today = new Date().toISOString().slice(0, 10)

/** Runs doctor on a clusters directory; no metadata server is tried. */
function doctor({ path }: Pick<ClustersDirectory, 'path'>, argv: readonly string[], options: CliRunOptions = {}) {
  const backends = { bootstrap: () => memoryResolver({ name: 'bootstrap', clusters: { c1: [] } }) }
  const args = ['doctor', '--backend', 'bootstrap', '--clusters-dir', path, ...argv]
  return cliRun(args, { backends, checks: checkLoaders, ...options })
}

/** A terminal on which a person types this. */
const typing = (text: string | undefined) => {
  const stdin = Object.assign(new PassThrough(), { isTTY: true })
  if (text === undefined) stdin.end()
  else stdin.write(text)
  return stdin
}

describe('doctor --fix', () => {
  it('shows with --dry-run what it would change, and changes nothing', async () => {
    await using directory = await clustersDirectory({ c1: trailing })
    await chmod(directory.listPath('c1'), 0o666)
    const before = await snapshotOf(directory.path)
    const { stdout, stderr, code } = await doctor(directory, ['--fix', '--dry-run'])
    const path = directory.listPath('c1')
    expect(stdout).toContain(`  edit ${path}
      @@ -1 +1,2 @@
      -192.0.2.3:2510 # the first one
      +# the first one
      +192.0.2.3:2510
`)
    expect(stdout).toContain(`  change the mode of ${path} from 0666 to 0664\n`)
    expect(stdout).toContain('2 changes planned, none made: this was a dry run\n')
    expect({ stderr, code }).toEqual({ stderr: '', code: 1 })
    expect(await snapshotOf(directory.path)).toEqual(before)
  })

  it('is named where it can fix something, and only there', async () => {
    await using directory = await clustersDirectory({ c1: trailing, c2: 'mds1:2510\n' })
    const offer = '--fix can fix 1 of these; --fix --dry-run shows how\n'
    expect((await doctor(directory, [])).stdout.endsWith(offer)).toBe(true)
    await writeFile(directory.listPath('c1'), corrected)
    expect((await doctor(directory, [])).stdout).not.toContain('--fix')
  })

  it('makes its changes after a yes, keeps the old file with its mode, and checks again', async () => {
    await using directory = await clustersDirectory({ c1: trailing })
    await chmod(directory.listPath('c1'), 0o666)
    const run = await doctor(directory, ['--fix'], { stdin: typing('y\n') })
    expect(run.stderr).toBe('\nMake these 2 changes? [y/N] ')
    expect(run.stdout).toContain(`the old file is ${directory.listPath('c1')}.${today}\n`)
    expect(run.stdout).toMatch(/^gone: 2 findings\n {2}bootstrap-permissions .*\n {2}bootstrap-syntax .*\nleft: /m)
    const after = await snapshotOf(directory.path)
    expect(after['c1/bs.list']).toBe(`664 ${corrected}`)
    expect(Object.keys(after)).toEqual(['c1/bs.list', `c1/bs.list.${today}`])
  })

  it.each([
    { id: 'no', text: 'n\n' },
    { id: 'nothing', text: '\n' },
    { id: 'something else', text: 'why?\n' },
    { id: 'the end of the input', text: undefined },
  ])('changes nothing where the answer is $id', async ({ text }) => {
    await using directory = await clustersDirectory({ c1: trailing })
    const before = await snapshotOf(directory.path)
    const run = await doctor(directory, ['--fix'], { stdin: typing(text) })
    expect(run.stdout).toMatch(/\nnothing was changed\n$/)
    expect(run.code).toBe(1)
    expect(await snapshotOf(directory.path)).toEqual(before)
  })

  it('ends by a signal while it asks', async () => {
    await using directory = await clustersDirectory({ c1: trailing })
    const interruption = new AbortController()
    const stderr = capturedStream()
    const running = doctor(directory, ['--fix'], { stdin: typing(''), signal: interruption.signal, stderr })
    await expect.poll(() => stderr.text).toContain('[y/N]')
    interruption.abort('SIGINT')
    expect((await running).code).toBe(130)
  })

  it.each([
    { id: 'no terminal', argv: ['--fix'], stderr: /--fix asks .* add --yes, or --dry-run/ },
    { id: '--dry-run alone', argv: ['--dry-run'], stderr: /--dry-run goes with --fix/ },
    { id: '--yes alone', argv: ['-y'], stderr: /--yes goes with --fix/ },
    { id: 'both', argv: ['--fix', '--yes', '--dry-run'], stderr: /contradict each other/ },
    { id: 'JSON', argv: ['--fix', '--yes', '--json'], stderr: /--fix prints text/ },
  ])('is wrong usage, and nothing is queried: $id', async ({ argv, stderr }) => {
    const run = await doctor({ path: '/nowhere' }, argv, { stdin: new PassThrough() })
    expect(run).toMatchObject({ code: 2, stdout: '', loaded: [], stderr: expect.stringMatching(stderr) })
  })

  it.each([
    {
      id: 'CR LF',
      before: '# a\r\n192.0.2.3:2510 # b\r\n192.0.2.4:2510',
      after: '# a\r\n# b\r\n192.0.2.3:2510\r\n192.0.2.4:2510',
    },
    { id: 'no last line end', before: '192.0.2.3:2510 # b', after: '# b\n192.0.2.3:2510' },
    { id: 'a byte order mark', before: '\ufeff192.0.2.3:2510 # b\n', after: '\ufeff# b\n192.0.2.3:2510\n' },
    { id: 'a line twice', before: `${trailing}${trailing}`, after: `${corrected}${corrected}` },
    { id: 'an address without brackets', before: '2001:db8::1\n', after: '[2001:db8::1]:2510\n' },
  ])('keeps every other octet: $id', async ({ before, after }) => {
    await using directory = await clustersDirectory({ c1: before })
    await doctor(directory, ['--fix', '--yes'])
    expect(await readFile(directory.listPath('c1'), 'utf8')).toBe(after)
    expect(await readFile(`${directory.listPath('c1')}.${today}`, 'utf8')).toBe(before)
  })

  it.each([
    { id: 'a host name', list: 'mds1:2510\n192.0.2.3:2510\n' },
    { id: 'a port of 0', list: '192.0.2.3:0\n' },
    { id: 'a multicast address', list: '224.0.0.9:2510\n192.0.2.3:2510\n' },
    { id: 'an address or a port', list: 'fe80::1:2510\n192.0.2.3:2510\n' },
    { id: 'a good entry beside a bad one', list: '192.0.2.3:2510 # a\nmds1:2510 192.0.2.4:2510\n', but: corrected },
  ])('leaves to a person what it would have to guess: $id', async ({ list, but }) => {
    await using directory = await clustersDirectory({ c1: list })
    const run = await doctor(directory, ['--fix', '--yes'])
    expect(run.code).toBeGreaterThan(0)
    const text = await readFile(directory.listPath('c1'), 'utf8')
    if (but === undefined) expect(text).toBe(list)
    else expect(text).toContain('mds1:2510 192.0.2.4:2510\n')
  })

  it('takes another name for the old file where there is one', async () => {
    await using directory = await clustersDirectory({ c1: trailing })
    await writeFile(`${directory.listPath('c1')}.${today}`, 'of the morning')
    await doctor(directory, ['--fix', '--yes'])
    expect(await snapshotOf(directory.path)).toEqual({
      'c1/bs.list': `644 ${corrected}`,
      [`c1/bs.list.${today}`]: '644 of the morning',
      [`c1/bs.list.${today}.2`]: `644 ${trailing}`,
    })
  })

  it('follows no link', async () => {
    await using directory = await clustersDirectory({ c1: trailing })
    const path = directory.listPath('c1')
    await rename(path, `${path}.real`)
    await symlink('bs.list.real', path)
    const before = await snapshotOf(directory.path)
    const { stdout } = await doctor(directory, ['--fix', '--yes'])
    expect(stdout).toContain('(its path leads through a symbolic link)')
    expect(await snapshotOf(directory.path)).toEqual(before)
  })

  it('runs programs without a shell', async () => {
    await using directory = await clustersDirectory({ c1: trailing })
    const path = join(directory.path, '$(touch pwned);`touch pwned`')
    await mkdir(join(path, 'c2'), { recursive: true })
    await writeFile(join(path, 'c2/bs_list'), corrected)
    const run = await doctor({ path }, ['--fix', '--yes'])
    expect(run.stdout).toMatch(/^done {4}run mv -nT '.*/m)
    expect(await snapshotOf(path)).toEqual({ 'c2/bs.list': `644 ${corrected}` })
    expect([...(await readdir('.')), ...(await readdir(directory.path))]).not.toContain('pwned')
  })

  it('says which change has failed, and leaves the others as they are', async () => {
    await using directory = await clustersDirectory({ c1: trailing })
    const stdin = Object.assign(new PassThrough(), { isTTY: true })
    const stderr = capturedStream()
    const running = doctor(directory, ['--fix'], { stdin, stderr })
    await expect.poll(() => stderr.text).toContain('[y/N]')
    await writeFile(directory.listPath('c1'), `${trailing}192.0.2.9:2510\n`)
    stdin.write('yes\n')
    const run = await running
    expect(run.stdout).toMatch(/^failed {2}edit .*bs\.list: it has changed meanwhile$/m)
    expect(run.stdout).toContain('gone: nothing\n')
    expect(Object.keys(await snapshotOf(directory.path))).toEqual(['c1/bs.list'])
  })

  it('says so where nothing is safe to change', async () => {
    await using directory = await clustersDirectory({ c1: 'mds1:2510\n' })
    const { stdout } = await doctor(directory, ['--fix', '--yes'])
    expect(stdout).toContain('nothing to change: no finding has a safe fix on this host\n')
  })
})

describe('doctor --fix of resolv.conf', () => {
  it.each([
    {
      id: 'a wrong keyword',
      text: 'nameservers 127.98.7.6\nsearch a.test\n',
      after: 'nameserver 127.98.7.6\nsearch a.test\n',
    },
    {
      id: 'a port',
      text: 'nameserver 127.98.7.6:53\nsearch a.test\n',
      after: 'nameserver 127.98.7.6\nsearch a.test\n',
    },
    {
      id: 'an equals sign',
      text: 'nameserver 127.98.7.6\nsearch=a.test\n',
      after: 'nameserver 127.98.7.6\nsearch a.test\n',
    },
    { id: 'a server by name', text: 'nameserver ns1.a.test\nnameserver 127.98.7.6\nsearch a.test\n', after: undefined },
    {
      id: 'a program writes it',
      text: '# Generated by NetworkManager\nnameservers 127.98.7.6\nsearch a.test\n',
      after: undefined,
    },
  ])('corrects what has one meaning, where no program writes the file: $id', async ({ text, after }) => {
    const folder = await mkdtemp(join(tmpdir(), 'pstorage-fix-'))
    try {
      const resolvConf = join(folder, 'resolv.conf')
      await writeFile(resolvConf, text)
      const checks = {
        ...checkLoaders,
        dns: async (settings: Parameters<typeof dnsCheckOptions>[0], run: object) =>
          checkDns({ ...dnsCheckOptions(settings), ...run, resolvConf }),
      }
      const backends = { dns: () => memoryResolver({ name: 'dns', clusters: { c1: [] } }) }
      await cliRun(['doctor', '--backend', 'dns', '--timeout', '100ms', '--fix', '--yes'], { checks, backends })
      expect(await readFile(resolvConf, 'utf8')).toBe(after ?? text)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
