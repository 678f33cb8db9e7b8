import { memoryResolver, parseEndpoint } from '@pstorage/discovery-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseShareString } from '../src/args/share-string.js'
import { cliRun } from './cli-run.js'
import { ending } from './stand-ins.js'

/** A bootstrap backend that knows each cluster at the addresses given by hand. */
const byHand = {
  bootstrap: ({ addresses }: { readonly addresses: readonly string[] }) =>
    memoryResolver({ name: 'bootstrap', clusters: { c: addresses, cluster123: addresses, test: addresses } }),
}

const valid: readonly (readonly [text: string, cluster: string, addresses: readonly string[]])[] = [
  ['10.0.0.1,10.0.0.2:/cluster123:123123', 'cluster123', ['10.0.0.1', '10.0.0.2']],
  ['10.0.0.1:2510,10.0.0.2:/test:p', 'test', ['10.0.0.1:2510', '10.0.0.2']],
  ['10.0.0.1:/c', 'c', ['10.0.0.1']],
  ['10.0.0.1:2511:/c', 'c', ['10.0.0.1:2511']],
  ['10.0.0.1:/c:/', 'c', ['10.0.0.1']],
  ['10.0.0.1:/c:a:/b:c', 'c', ['10.0.0.1']],
  ['[2001:db8::1]:/c', 'c', ['[2001:db8::1]']],
  ['[2001:db8::1]:2511,[::1]:/c:p', 'c', ['[2001:db8::1]:2511', '[::1]']],
  ['[fe80::1%eth0]:2510:/c', 'c', ['[fe80::1%eth0]:2510']],
  ['c', 'c', []],
  ['c:p', 'c', []],
  ['c:10.0.0.1', 'c', []],
  ['c:p:/q', 'c', []],
  ['c:x://y', 'c', []],
  ['c:12,34', 'c', []],
  ['c:["-u"]', 'c', []],
]

const invalid: readonly (readonly [text: string, says: RegExp])[] = [
  ['10.0.0.1:/', /invalid cluster name '': it is empty/],
  ['10.0.0.1:/:secret', /invalid cluster name '': it is empty/],
  ['10.0.0.1:/ c:secret', /invalid cluster name ' c': only letters/],
  ['10.0.0.1:/my.cluster:secret', /invalid cluster name 'my\.cluster': a cluster name has no dots/],
  ['10.0.0.1:/c/d:secret', /only letters/],
  ['10.0.0.1://c:secret', /only letters/],
  ['my.cluster:secret', /'my\.cluster': a cluster name has no dots; did you mean my --domain cluster/],
  [':/c:secret', /invalid address '' in a share string: an address is missing/],
  ['10.0.0.1,:/c:secret', /invalid address '' in a share string/],
  [',10.0.0.1:/c:secret', /invalid address '' in a share string/],
  ['10.0.0.1, 10.0.0.2:/c:secret', /invalid address ' 10\.0\.0\.2' in a share string/],
  [' 10.0.0.1:/c:secret', /invalid address ' 10\.0\.0\.1' in a share string/],
  ['10.0.0.1;10.0.0.2:/c:secret', /invalid address '10\.0\.0\.1;10\.0\.0\.2' in a share string/],
  ['10.0.0.256:/c:secret', /invalid address '10\.0\.0\.256'/],
  ['10.0.0.1:0:/c:secret', /invalid address '10\.0\.0\.1:\.\.\.'/],
  ['10.0.0.1:65536:/c:secret', /invalid address '10\.0\.0\.1:\.\.\.'/],
  ['10.0.0.1:secret:/c', /invalid address '10\.0\.0\.1:\.\.\.'/],
  ['2001:db8::1:/c:secret', /IPv6 in brackets/],
  ['[2001:db8::1:/c:secret', /invalid address/],
  ['[::1]:70000:/c:secret', /invalid address '\[::1\]:\.\.\.'/],
  ['mds1:/c:secret', /invalid address 'mds1' in a share string/],
  ['mds1:2510:/c:secret', /invalid address 'mds1:\.\.\.' in a share string/],
  ['mds1,mds2:/c:secret', /invalid address 'mds1' in a share string/],
  ['mds1:2510,mds2:/c:secret', /invalid address 'mds1:\.\.\.'/],
  ['mds1.example.org:/c:secret', /invalid address 'mds1\.example\.org' in a share string/],
  ['\x1b[2J:/c:secret', /invalid address '\\x1b\[2J' in a share string/],
  ['10.0.0.1:/\x1b]0;x\x07:secret', /invalid cluster name '\\x1b\]0;x\\x07'/],
  ['c:', /invalid password of cluster 'c': it is empty/],
  ['c:secret ["-u","cinder"]', /invalid password of cluster 'c': it has a blank/],
  ['c:secret\n', /invalid password of cluster 'c'/],
  ['c\n:secret', /invalid cluster name 'c\\x0a': only letters/],
  ['c :secret', /invalid cluster name 'c ': only letters/],
  ['pstorage://c:secret', /invalid cluster name 'c:\.\.\.'/],
  ['pstorage://10.0.0.1:/c:secret', /invalid cluster name/],
  ['fe80::1:/c', /invalid address 'fe80:\.\.\.'/],
  ['fe80::1,10.0.0.1:/c:secret', /invalid address 'fe80:\.\.\.'/],
  ['2001:db8::1', /it is an address; name the cluster/],
  ['10.0.0.1:2510', /it is an address; name the cluster/],
]

describe('a share string', () => {
  it.each(valid)('%j is read', (text, cluster, addresses) => {
    expect(parseShareString(text)).toEqual({ cluster, addresses })
  })

  it.each(invalid)('%j is refused before anything is loaded, without its password', async (text, says) => {
    for (const [argv, env] of [
      [['resolve', '--debug', '--', text], {}],
      [['resolve', `--cluster=${text}`], {}],
      [['resolve', '--json'], { PSTORAGE_NAME: text }],
    ] as const) {
      const run = await cliRun(argv, { env })
      expect(run).toMatchObject({ code: 2, stdout: '', loaded: [] })
      expect(run.stderr).toMatch(/^pstorage-discovery: [ -~]+\nTry: pstorage-discovery (?:[a-z]+ )?--help\n$/)
      expect(run.stderr).toMatch(says)
      expect(run.stderr).not.toContain('secret')
    }
  })

  it('gives its addresses like -b, and nobody is asked', async () => {
    const run = await cliRun(['resolve', '10.0.0.1:2510,[2001:db8::1]:/test:p'], { backends: byHand })
    expect(run).toMatchObject({ code: 0, stdout: '10.0.0.1:2510\n[2001:db8::1]:2510\n', loaded: ['bootstrap'] })
  })

  it.each([
    [['resolve', '-c', '10.0.0.1:/c'], {}, '10.0.0.1:2510\n'],
    [['resolve'], { PSTORAGE_NAME: '10.0.0.1:/c:p' }, '10.0.0.1:2510\n'],
    [['resolve', 'c'], { PSTORAGE_NAME: '10.0.0.1:/c:p' }, undefined],
    [['resolve', '10.0.0.1:/c', '-c', 'c'], {}, '10.0.0.1:2510\n'],
    [['resolve', '10.0.0.1:/c:p', '-c', '10.0.0.2:/c:q'], {}, '10.0.0.1:2510\n10.0.0.2:2510\n'],
    [['resolve', '10.0.0.2:/c', '-b', '10.0.0.1'], {}, '10.0.0.1:2510\n10.0.0.2:2510\n'],
  ])('%j with %j', async (argv, env, stdout) => {
    const backends = { ...byHand, dns: () => ending('dns', 'empty'), zeroconf: () => ending('zeroconf', 'silent') }
    const run = await cliRun(argv, { env, backends })
    if (stdout === undefined) expect(run.loaded).toEqual(['dns', 'bootstrap', 'zeroconf'])
    else expect(run).toMatchObject({ code: 0, stdout, loaded: ['bootstrap'] })
  })

  it.each([
    [['discover', '10.0.0.1:/c:secret'], /takes no argument/],
    [['discover', '-c', '10.0.0.1:/c:secret'], /--cluster goes with/],
    [['announce', '10.0.0.1:/c:secret'], /go with resolve; announce has -a/],
    [['resolve', 'a', '-c', 'b:secret'], /two different clusters: 'a' and -c 'b'/],
    [['resolve', 'a:secret', 'b:secret'], /takes one cluster/],
    [['resolve', '-c', 'a:secret', '-c', 'a:secret2'], /two different values/],
    [['resolve', 'c', '-b', '10.0.0.1:/c:secret'], /-b takes one IP\[:PORT\]/],
    [['10.0.0.1:/c:secret'], /unknown command '10\.0\.0\.1:\.\.\.'/],
    [['c:secret', 'resolve'], /unknown command 'c:\.\.\.'/],
    [['resolve', '--clutser=10.0.0.1:/c:secret'], /unknown option '--clutser'/],
  ])('%j is refused without its password', async (argv, says) => {
    const run = await cliRun([...argv, '--debug'])
    expect(run).toMatchObject({ code: 2, stdout: '', loaded: [] })
    expect(run.stderr).toMatch(says)
    expect(run.stderr).not.toContain('secret')
  })

  it.each(['text', 'json', 'ndjson'])('its password is nowhere in %s, nor in a fault with --debug', async (format) => {
    const argv = ['resolve', '10.0.0.1:/c:secret', '-v', '--debug', '--format', format]
    for (const backends of [byHand, {}]) {
      const run = await cliRun(argv, { backends })
      expect(`${run.stdout}${run.stderr}`).not.toContain('secret')
    }
  })
})

describe('any text', () => {
  const seed = 2510
  const name = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_-]{0,62}$/)
  const password = fc.string({ minLength: 1 }).filter((text) => !/\s/.test(text))
  const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined })
  const address = fc
    .tuple(
      fc.oneof(
        fc.ipV4(),
        fc.ipV6().map((text) => `[${text}]`),
      ),
      port,
    )
    .map(([ip, number]) => (number === undefined ? ip : `${ip}:${number}`))
    // Not every text of IPv6 that is made up is one that is taken.
    .filter((text) => isEndpoint(text))

  it('made of a list, a name and a password gives back the list and the name', () => {
    fc.assert(
      fc.property(
        fc.array(address, { minLength: 1, maxLength: 5 }),
        name,
        fc.option(password),
        (list, cluster, word) => {
          const text = `${list.join(',')}:/${cluster}${word === null ? '' : `:${word}`}`
          expect(parseShareString(text)).toEqual({ cluster, addresses: list })
        },
      ),
      { seed, numRuns: 2_000 },
    )
  })

  it('made of a name and a password gives back the name, and takes no host name for a name', () => {
    const looksLikeHosts = /^(?:\/|[0-9]{1,5}(?:,.*:\/|:\/))/s
    fc.assert(
      fc.property(name, password, (cluster, word) => {
        const parsed = parseShareString(`${cluster}:${word}`)
        if (looksLikeHosts.test(word)) expect(parsed).toHaveProperty('fault')
        else expect(parsed).toEqual({ cluster, addresses: [] })
      }),
      { seed, numRuns: 2_000 },
    )
  })

  it('is read whole or not at all, and never names a host', () => {
    const pieces = fc.constantFrom(
      ':',
      '/',
      ':/',
      ',',
      '[',
      ']',
      '::1',
      '10.0.0.1',
      '2510',
      'c',
      'a.b',
      ' ',
      '\n',
      '%',
      '-',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 3 })), { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        const parsed = parseShareString(text)
        if ('fault' in parsed) return
        const { cluster, addresses } = parsed
        const start = `${addresses.join(',')}${addresses.length > 0 ? ':/' : ''}${cluster}`
        expect(text.startsWith(start)).toBe(true)
        expect(text.slice(start.length)).toMatch(/^(?::\S+)?$/)
        expect(addresses.every(isEndpoint)).toBe(true)
      }),
      { seed, numRuns: 20_000 },
    )
  })
})

function isEndpoint(text: string): boolean {
  try {
    parseEndpoint(text)
    return true
  } catch {
    return false
  }
}
