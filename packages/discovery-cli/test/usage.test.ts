import { describe, expect, it } from 'vitest'
import { everyCommand } from '../src/args/option-table.js'
import { commandTable } from '../src/commands/command-table.js'
import { cliRun } from './cli-run.js'

type Row = readonly [id: string, argv: readonly string[], says: RegExp | string, env?: Readonly<Record<string, string>>]

/** Wrong command lines: each must end with 2, load nothing, print nothing on stdout, and say what is wrong. */
const rows: readonly Row[] = [
  ['no command', ['-q'], /command is missing/],
  ['unknown command', ['frobnicate'], /unknown command 'frobnicate'/],
  ['mistyped command', ['discvoer'], /did you mean discover/],
  ['the word of another program', ['lookup', 'c'], /did you mean resolve/],
  ['version as a word', ['version'], /unknown command 'version'; did you mean --version/],
  ['bootstrap list', ['bootstrap', 'list'], /did you mean bootstrap show/],
  ['zone lnit', ['zone', 'lnit'], /did you mean zone lint/],
  ['--backend mdns', ['resolve', 'c', '--backend', 'mdns'], /; did you mean zeroconf/],
  ['--backend bs.list', ['resolve', 'c', '--backend', 'dns,bs.list'], /; did you mean bootstrap/],
  ['-o yaml', ['resolve', 'c', '-o', 'yaml'], /--format 'yaml': must be one of text, json/],
  ['a server as a cluster', ['resolve', '@127.0.0.1'], /it names no cluster; did you mean --server 127\.0\.0\.1\n/],
  ['the owner of SRV records', ['resolve', '_pstorage._tcp.c'], /name the cluster alone; did you mean c\n/],
  [
    'the owner of SRV records below a domain',
    ['resolve', '_pstorage._tcp.c.example.org.'],
    /did you mean c --domain example\.org\n/,
  ],
  ...(
    [
      ['@127.0.0.1', 'did you mean resolve CLUSTER --server 127.0.0.1\n'],
      ['@127.0.0.1 c', 'did you mean resolve CLUSTER --server 127.0.0.1\n'],
      ['resolve @127.0.0.1 c', "'@127.0.0.1' names no cluster; did you mean --server 127.0.0.1\n"],
      ['resolve c @127.0.0.1#5353', 'did you mean --server 127.0.0.1:5353\n'],
      ['resolve @::1', "did you mean --server '[::1]'\n"],
      ['resolve c -b 192.0.2.1#2510', 'did you mean -b 192.0.2.1:2510\n'],
      ['resolve 127.0.0.1#53', 'it is an address; name the cluster, and give the address with -b\n'],
      ['resolve [::1]:53', 'it is an address; name the cluster, and give the address with -b\n'],
      ['resolve c +short', "'+short' is a word of dig: leave it out\n"],
      ['resolve c SRV', "'SRV' is a word of dig: leave it out\n"],
      ['SRV _pstorage._tcp.c.example.org', 'did you mean resolve CLUSTER\n'],
      ['_pstorage._tcp.c.example.org SRV', 'did you mean resolve c --domain example.org\n'],
      ['my-cluster.example.org', 'did you mean resolve my-cluster --domain example.org\n'],
      ['_pstorage._tcp', 'did you mean discover --backend zeroconf\n'],
      ['resolve _pstorage._tcp.local', 'did you mean discover --backend zeroconf\n'],
      ['resolve c._pstorage._tcp.local', 'name the cluster alone; did you mean c --backend zeroconf\n'],
      ['resolve My-Cluster.Example.ORG.', 'did you mean My-Cluster --domain Example.ORG\n'],
      ['resolve my-cluster.', 'it ends with "."; did you mean my-cluster\n'],
      ['resolve c/', 'it ends with "/"; did you mean c\n'],
      ['resolve a b c d', "resolve takes one cluster, not 4: 'a', 'b', 'c', ...\n"],
      ['resolve c d:secret', "resolve takes one cluster, not 2: 'c', 'd:...'\n"],
      ['resolve c -b 192.0.2.1,192.0.2.2', 'did you mean -b 192.0.2.1 -b 192.0.2.2\n'],
      ['Resolve c', 'did you mean resolve\n'],
      ['DISCOVER', 'did you mean discover\n'],
      ['disc', 'did you mean discover\n'],
      ['lint', 'did you mean bootstrap lint\n'],
      ['zone gen example.org', 'did you mean zone generate\n'],
      ['help wtach', 'did you mean watch\n'],
      ['resolve c --output json', 'did you mean --format FORMAT\n'],
      ['resolve c --port 5353', 'did you mean --server IP:PORT\n'],
      ['announce c --port 2511', 'did you mean -a IP:PORT\n'],
      ['announce c -b 192.0.2.3', 'not with announce; did you mean -a IP[:PORT]\n'],
      ['watch c --json', 'not with watch; did you mean --format ndjson\n'],
      ['discover -a', '--address goes with announce, not with discover\n'],
      ['resolve c --ns 127.0.0.1', 'not with resolve; did you mean --server IP[:PORT]\n'],
      ['resolve c --servers 127.0.0.1', 'did you mean --server\n'],
      ['resolve c --nameserver 127.0.0.1', 'did you mean --server IP[:PORT]\n'],
      ['resolve c --search example.org', 'did you mean --domain NAME\n'],
      ['resolve c --dns', 'did you mean --backend dns\n'],
      ['resolve c --mdns', 'did you mean --backend zeroconf\n'],
      ['resolve c --no-zeroconf', 'did you mean --backend dns,bootstrap\n'],
      ['resolve c --no-colour', 'did you mean --no-color\n'],
      ['resolve c --color', 'did you mean FORCE_COLOR=1 in the environment\n'],
      ['resolve c --time 5', 'did you mean --timeout\n'],
      ['resolve c -t 5', 'did you mean --timeout DURATION\n'],
      ['watch c -n 5', 'did you mean --interval DURATION\n'],
      ['resolve c -n 5', 'did you mean --count N\n'],
      ['resolve c --tcp', "unknown option '--tcp'\n"],
      ['resolve c --json=pretty', '--json takes no value: write --json alone\n'],
      ['-V', 'did you mean --version\n'],
      ['resolve c --backend DNS', 'did you mean dns\n'],
      ['resolve c -o JSON', 'did you mean json\n'],
      ['resolve c -o jsonl', 'did you mean ndjson\n'],
      ['resolve c --axfr=yes', 'did you mean always\n'],
      ['resolve c --policy all', 'did you mean merge\n'],
      ['doctor --level warn', 'did you mean warning\n'],
    ] as const
  ).map(([line, says]): Row => [line, line.split(' '), says]),
  ['--count with ndjson', ['resolve', 'c', '--count', '2', '-o', 'ndjson'], /--count needs endpoints in order/],
  ['--exec for a shell', ['watch', 'c', '--exec', 'reload | tee log'], /'reload \| tee log': \| is for a shell/],
  ['--interval too short', ['watch', '--interval', '10ms'], /--interval 10ms: must be at least 1 s/],
  ['--interval without --watch', ['bootstrap', 'write', 'c', '--interval', '5'], /has no effect without --watch/],
  ['--watch and --dry-run', ['bootstrap', 'write', 'c', '--watch', '--dry-run'], /leave one of them out/],
  ['--watch and -b', ['bootstrap', 'write', 'c', '--watch', '-b', '192.0.2.1'], /leave out -b or --watch/],
  ['escape characters in a command', ['\x1b[31mred'], /'\\x1b\[31mred'/],
  ['CLI-10 unknown option', ['discover', '--frob'], /unknown option '--frob'/],
  ['CLI-10 unknown letter', ['discover', '-z'], /unknown option '-z'/],
  ['CLI-10 escape characters in an option', ['discover', '--\x1b]0;title\x07'], /'--\\x1b\]0;title\\x07'/],
  ['CLI-10 __proto__', ['discover', '--__proto__=x'], /unknown option '--__proto__'/],
  ['CLI-10 constructor', ['discover', '--constructor'], /unknown option '--constructor'/],
  ['discover with --probe', ['discover', '--probe'], /--probe goes with resolve\b.*, not with discover/],
  ['CLI-10 mistyped option', ['discover', '--formt', 'json'], /did you mean --format/],
  ['CLI-10 value missing', ['discover', '--server'], /--server needs a value: --server IP\[:PORT\]/],
  ['CLI-10 value missing before an option', ['discover', '--server', '--json'], /--server needs a value/],
  ['CLI-10 value empty', ['discover', '--domain='], /--domain needs a value/],
  ['CLI-10 value empty word', ['discover', '--clusters-dir', ''], /--clusters-dir needs a value/],
  ['CLI-10 -b without value', ['resolve', 'c', '-b'], /-b needs a value/],
  ['CLI-10 -b before an option', ['resolve', 'c', '-b', '-q'], /-b needs a value/],
  ['CLI-10 a negative time', ['discover', '--timeout', '-1'], /--timeout '-1': must be a number of seconds above 0/],
  [
    'CLI-10 a negative fraction',
    ['discover', '--timeout', '-.5'],
    /--timeout '-.5': must be a number of seconds above 0/,
  ],
  [
    'CLI-10 a negative count',
    ['resolve', 'c', '--min-endpoints', '-1'],
    /--min-endpoints '-1': must be a whole number from 1/,
  ],
  ...(
    [
      ['a.test,b.test', "',' cannot stand in a domain; did you mean --domain a.test --domain b.test"],
      ['a.test ', "' ' cannot stand in a domain; did you mean --domain a.test"],
      ['a.test:53', "':' cannot stand in a domain; did you mean --domain a.test"],
      ['@a.test', "'@' cannot stand in a domain; did you mean --domain a.test"],
      ['https://a.test/', "':' cannot stand in a domain; did you mean --domain a.test"],
      ['127.0.0.1', 'it is an address; did you mean --server 127.0.0.1'],
      ['[::1]:53', "it is an address; did you mean --server '[::1]:53'"],
      ['"a.test"', "'\"' cannot stand in a domain; did you mean --domain a.test"],
      ['~a.test', "'~' cannot stand in a domain; did you mean --domain a.test"],
      ['*.a.test', "'*' cannot stand in a domain; did you mean --domain a.test"],
      ['bücher.test,b.test', "',' cannot stand in a domain; did you mean --domain xn--bcher-kva.test --domain b.test"],
      ['\x1b[31m', "'\\x1b' cannot stand in a domain\n"],
      [
        Array.from({ length: 9 }, (_, index) => `${index}${'x'.repeat(60)}.test`).join(' '),
        "' ' cannot stand in a domain\n",
      ],
      ['.', 'names are only asked below a domain, not at the root'],
    ] as const
  ).map(([domain, says]): Row => [`--domain ${domain}`, ['resolve', 'c', '--domain', domain], says]),
  [
    'a good domain and a bad one',
    ['discover', '--domain', 'a.test', '--domain', 'b..test'],
    /--domain 'b\.\.test': a label is empty/,
  ],
  ['a domain that has no effect', ['resolve', 'c', '-b10.0.0.1', '--domain', 'a b'], /--domain 'a b'/],
  ['doctor with a domain that is none', ['doctor', '--domain', 'a b'], /--domain 'a b'/],
  [
    'records by hand from a backend',
    ['zone', 'generate', 'd.test', '--mds', 'a=10.0.0.1', '--backend', 'dns'],
    /--backend has no effect with --mds, which skips discovery; leave one of them out/,
  ],
  [
    'records by hand by a name server',
    ['zone', 'generate', 'd.test', '--mds', 'a=10.0.0.1', '--server', '10.0.0.2'],
    /--server has no effect with --mds/,
  ],
  [
    'records by hand, in part',
    ['zone', 'generate', 'd.test', '--mds', 'a=10.0.0.1', '--partial'],
    /--partial has no effect with --mds/,
  ],
  [
    'a name server of a zone that exists',
    ['zone', 'generate', 'd.test', '--format', 'nsupdate', '--ns', '10.0.0.1'],
    /--ns has no effect with --format nsupdate, which leaves the SOA and NS records of the zone alone; leave it out/,
  ],
  [
    'a serial number of a zone that exists',
    ['zone', 'generate', 'd.test', '--format', 'nsupdate', '--serial', '7'],
    /--serial has no effect with --format nsupdate/,
  ],
  ['CLI-10 value of a flag', ['discover', '--quiet=yes'], /--quiet takes no value/],
  ['CLI-10 options end at --', ['discover', '--', '--json'], /takes no argument/],
  ['CLI-10 an argument of 1 MB', ['resolve', 'x'.repeat(1_000_000)], /it has 1000000 characters/],
  ['CLI-10 an option of 1 MB', ['discover', `--${'x'.repeat(1_000_000)}`], /unknown option/],
  ['CLI-10 a command of 1 MB', ['x'.repeat(1_000_000)], /unknown command/],
  ['discover with an argument', ['discover', 'my-cluster'], /takes no argument/],
  ['discover with -b', ['discover', '-b10.0.0.1'], /--bootstrap goes with resolve\b.*, not with discover/],
  ['discover with -c', ['discover', '-c', 'my-cluster'], /--cluster goes with resolve\b.*, not with discover/],
  ['announce without a cluster', ['announce'], /a cluster is missing: announce CLUSTER/],
  ['announce with two clusters', ['announce', 'a', 'b'], /announce takes one cluster, not 2/],
  ['announce with a name that is none', ['announce', 'a b'], /invalid cluster name 'a b'/],
  ['announce with -b', ['announce', 'a', '-b10.0.0.1'], /--bootstrap goes with resolve\b.*, not with announce/],
  ['announce with --json', ['announce', 'a', '--json'], /--json goes with discover\b.*, not with announce/],
  ['announce with --timeout', ['announce', 'a', '--timeout', '1'], /goes with discover, .* not with announce/],
  ['announce with --server', ['announce', 'a', '--server', '10.0.0.1'], /goes with discover, .* not with announce/],
  ['announce quietly and verbosely', ['announce', 'a', '-qv'], /contradict/],
  ['announce a host name', ['announce', 'a', '-a', 'mds1'], /-a: invalid endpoint 'mds1'/],
  ['announce a port out of range', ['announce', 'a', '-a10.0.0.1:65536'], /-a: invalid endpoint '10.0.0.1:65536'/],
  ['resolve with -a', ['resolve', 'a', '-a10.0.0.1'], /--address goes with announce\b.*, not with resolve/],
  ['resolve without a cluster', ['resolve'], /a cluster is missing/],
  ['resolve with an empty PSTORAGE_NAME', ['resolve'], /a cluster is missing/, { PSTORAGE_NAME: '' }],
  ['resolve with two clusters', ['resolve', 'a', 'b'], /takes one cluster/],
  ['argument and -c differ', ['resolve', 'a', '-c', 'b'], /two different clusters: 'a' and -c 'b'/],
  ['two -c', ['resolve', '-c', 'a', '-c', 'b'], /--cluster has two/],
  ['two timeouts', ['discover', '--timeout', '1', '--timeout', '2'], /--timeout has two/],
  ['quiet and verbose', ['discover', '-qv'], /contradict/],
  ['unknown format', ['discover', '--format', 'yaml'], /--format 'yaml': must be one of text, json, ndjson, zone/],
  ['CLI-8 no CSV', ['discover', '--format', 'csv'], /--format 'csv'/],
  ['json and another format', ['discover', '--json', '--format', 'text'], /contradict/],
  ['unknown policy', ['discover', '--policy', 'last'], /--policy 'last': must be one of first, merge/],
  ['unknown axfr', ['discover', '--axfr', 'yes'], /--axfr 'yes': must be one of auto, always, never/],
  ['unknown denials', ['resolve', 'c', '--denials', 'all'], /--denials 'all': must be one of proven, any/],
  [
    'zone lint with --denials',
    ['zone', 'lint', 'd.test', '--denials', 'any'],
    /--denials goes with discover\b.*, not with zone/,
  ],
  ['two keys', ['discover', '--tsig-key', 'a', '--tsig-key', 'b'], /--tsig-key has two/],
  ['a key without a file', ['discover', '--tsig-key'], /--tsig-key/],
  ['--tls with a value', ['discover', '--tls=yes'], /--tls/],
  ['announce with --tls', ['announce', 'a', '--tls'], /--tls goes with discover\b.*, not with announce/],
  ['unknown backend', ['discover', '--backend', 'dns,ldap'], /'ldap': must be one of dns, bootstrap, zeroconf/],
  ['backend __proto__', ['discover', '--backend', '__proto__'], /must be one of dns/],
  ['backend empty', ['discover', '--backend', 'dns,'], /'': must be one of dns/],
  ['backend in capitals', ['discover', '--backend', 'DNS'], /did you mean dns|must be one of dns/],
  ['backend twice', ['discover', '--backend', 'dns,zeroconf,dns'], /dns is named twice/],
  ...['0', '-1', '5d', '0s', '5 s', '1e3', 'NaN', 'Infinity', '0x10', '1,5', '.', ' 5', '2147484'].map(
    (text): Row => [`timeout ${text}`, ['discover', `--timeout=${text}`], /a number of seconds/],
  ),
  ...['0', '-1', '5d', '597h', '1e3', 'Infinity', '2147484'].map(
    (text): Row => [`wait ${text}`, ['resolve', 'c', `--wait=${text}`], /--wait '.*': must be a number of seconds/],
  ),
  ...['0', '-1', '1.5', '01', '0x1', '1e1', ' 1', '1000000', 'many'].map(
    (text): Row => [`min-endpoints ${text}`, ['resolve', 'c', `--min-endpoints=${text}`], /a whole number from 1/],
  ),
  ['watch with --json', ['watch', '--json'], /--json goes with discover\b.*, not with watch/],
  ['watch --format json', ['watch', '--format', 'json'], /--format json goes with discover\b.*, not with watch/],
  ['watch with --wait', ['watch', 'c', '--wait', '1'], /--wait goes with resolve\b.*, not with watch/],
  ['watch with --probe', ['watch', 'c', '--probe'], /--probe goes with resolve\b.*, not with watch/],
  ['watch of two clusters', ['watch', 'a', 'b'], /watch takes one cluster, not 2/],
  ['watch of a name that is none', ['watch', '../etc'], /invalid cluster name/],
  ['watch of an empty name', ['watch', ''], /invalid cluster name/],
  ['watch of the names by -b', ['watch', '-b10.0.0.1'], /addresses given with -b have no names: watch CLUSTER/],
  ['probe with a value', ['resolve', 'c', '--probe=1'], /--probe takes no value/],
  ['discover with --wait', ['discover', '--wait', '1'], /--wait goes with resolve\b.*, not with discover/],
  ['discover with --min-endpoints', ['discover', '--min-endpoints', '1'], /goes with resolve\b.*, not with discover/],
  ['announce with --wait', ['announce', 'c', '--wait', '1'], /--wait goes with resolve\b.*, not with announce/],
  ...[
    '10.0.0',
    '10.0.0.1:0',
    '10.0.0.1:65536',
    '10.0.0.1:x',
    '::1',
    '[::1',
    'mds1.example.org',
    '10.0.0.1,10.0.0.2',
  ].map((text): Row => [`-b ${text}`, ['resolve', 'c', `-b${text}`], `-b: invalid endpoint '${text}'`] as const),
  ['zone without a second word', ['zone'], /zone needs a second word: /],
  ['mistyped second word', ['zone', 'generat'], /unknown command 'generat' after zone; did you mean zone generate/],
  ['zone generate without a domain', ['zone', 'generate'], /a domain is missing: zone generate DOMAIN/],
  ['zone generate with two domains', ['zone', 'generate', 'a', 'b'], /takes one domain, not 2/],
  ...['.', '', 'a..b', 'a b', 'a-', 'm\u00fcller.test', '_tcp', `${'a.'.repeat(88)}a`].map(
    (text): Row => [`zone generate ${text}`, ['zone', 'generate', text], /DOMAIN '.*': it is/],
  ),
  ...['a', 'a=', '=10.0.0.1', 'a b=10.0.0.1', 'a=host', 'a=::1', 'a=10.0.0.1:0'].map(
    (text): Row => [`--mds ${text}`, ['zone', 'generate', 'd.test', '--mds', text], /--mds/],
  ),
  ['--ns with a name', ['zone', 'generate', 'd.test', '--ns', 'ns1'], /--ns 'ns1': must be an IP address/],
  ['--serial too large', ['zone', 'generate', 'd.test', '--serial', '4294967296'], /--serial/],
  ['doctor with two clusters', ['doctor', 'a', 'b'], /doctor takes one cluster, not 2/],
  ['doctor with a name that is none', ['doctor', 'a.b'], /a\.b/],
  ['doctor with addresses', ['doctor', '10.0.0.1:/a'], /name the cluster alone/],
  ['doctor --level high', ['doctor', '--level', 'high'], /--level 'high': must be one of ok, notice, warning, error/],
  ['doctor -b', ['doctor', '-b10.0.0.1'], /--bootstrap goes with/],
  ['doctor --format ndjson', ['doctor', '--format', 'ndjson'], /--format ndjson goes with/],
  ['doctor --policy', ['doctor', '--policy', 'first'], /--policy goes with/],
  ['zone lint without a domain', ['zone', 'lint'], /a domain is missing: zone lint DOMAIN/],
  ['zone lint with two domains', ['zone', 'lint', 'a', 'b'], /takes one domain, not 2/],
  ['zone lint of no domain', ['zone', 'lint', 'a..b'], /invalid domain name 'a\.\.b'/],
  [
    'zone lint --file and --server',
    ['zone', 'lint', 'a', '--file', 'z', '--server', '127.0.0.1'],
    /--file queries no name server/,
  ],
  ['zone lint --backend', ['zone', 'lint', 'a', '--backend', 'dns'], /--backend goes with/],
  ['zone generate --json', ['zone', 'generate', 'd.test', '--json'], /--json goes with/],
  ['bootstrap without a second word', ['bootstrap'], /bootstrap needs a second word: show/],
  [
    'bootstrap write from lists',
    ['bootstrap', 'write', 'c', '--backend', 'bootstrap'],
    /--backend takes dns and zeroconf/,
  ],
  ['bootstrap write to two', ['bootstrap', 'write', 'c', '--clusters-dir', 'a', '--clusters-dir', 'b'], /give .* once/],
  ['bootstrap write without a cluster', ['bootstrap', 'write'], /a cluster is missing: bootstrap write CLUSTER/],
  ['bootstrap show --backend', ['bootstrap', 'show', '--backend', 'dns'], /--backend goes with/],
  ['-b= is not attached', ['resolve', 'c', '-b=10.0.0.1'], /'=10\.0\.0\.1'/],
]

describe('a wrong command line', () => {
  const named = rows.map(([id, argv, says, env = {}]) => ({ id, argv, says, env }))
  it.each(named)('$id: exits 2 before anything is loaded', async ({ argv, says, env }) => {
    const run = await cliRun(argv, { env })
    expect(run).toMatchObject({ code: 2, stdout: '', loaded: [] })
    expect(run.stderr).toMatch(says)
    expect(run.stderr.length).toBeLessThan(500)
    expect(run.stderr).toMatch(/^pstorage-discovery: [ -~]+\nTry: pstorage-discovery (?:[a-z]+ ){0,2}--help\n$/)
  })

  it.each([
    [['resolve', '--frob'], 'resolve --help'],
    [['zone', 'generate'], 'zone generate --help'],
    [['frobnicate'], '--help'],
  ])('%j names the help that is about it', async (argv, help) => {
    expect((await cliRun(argv)).stderr).toMatch(new RegExp(`\nTry: pstorage-discovery ${help}\n$`))
  })

  it('says it also with --quiet', async () => {
    const run = await cliRun(['discover', '-q', '--frob'])
    expect(run.code).toBe(2)
    expect(run.stderr).not.toBe('')
  })
})

describe('help', () => {
  it('without a word goes to stderr and exits 2', async () => {
    const run = await cliRun([])
    expect(run).toMatchObject({ code: 2, stdout: '', loaded: [] })
    expect(run.stderr).toContain('Usage:')
  })

  it.each([
    [['--help']],
    [['-h']],
    [['discover', '-qh']],
    [['help']],
    [['help', 'resolve']],
    [['help', 'help']],
    [['resolve', '--help']],
    [['resolve', '../..', '--help']],
  ])('%j goes to stdout and exits 0', async (argv) => {
    const run = await cliRun(argv)
    expect(run).toMatchObject({ code: 0, stderr: '', loaded: [] })
    expect(run.stdout).toContain('Exit codes:')
  })

  it.each([
    [['resolve', '--help'], 'Usage: pstorage-discovery resolve CLUSTER [OPTION]...'],
    [['help', 'resolve'], 'Usage: pstorage-discovery resolve CLUSTER [OPTION]...'],
    [['--backend', 'dns', 'resolve', '--frob', '-h'], 'Usage: pstorage-discovery resolve CLUSTER [OPTION]...'],
    [['help', 'announce', '-v'], 'Usage: pstorage-discovery announce CLUSTER [OPTION]...'],
    [['--help', 'frobnicate'], 'Usage: pstorage-discovery COMMAND [OPTION]...'],
  ])('%j is about that command', async (argv, usage) => {
    expect((await cliRun(argv)).stdout.split('\n')).toContain(usage)
  })

  it('with each command tells its options, and no others', async () => {
    for (const { name, options } of commandTable) {
      const { stdout } = await cliRun(['help', ...name.split(' ')])
      const told = [...stdout.matchAll(/^ {2}(?:-[a-z], | {4})--([a-z-]+)/gm)].map(([, option]) => option)
      expect(told.toSorted()).toEqual([...options, ...everyCommand].toSorted())
    }
  })

  it('with what does not exist is wrong usage', async () => {
    const run = await cliRun(['help', 'anounce'])
    expect(run).toMatchObject({ code: 2, stdout: '', loaded: [] })
    expect(run.stderr).toContain("unknown command 'anounce'; did you mean announce")
  })

  it('is not asked for by a word after --', async () => {
    expect(await cliRun(['resolve', '--', '--help'], { backends: {} })).toMatchObject({ code: 2, stdout: '' })
  })

  it('fits a terminal of 120 characters', async () => {
    for (const words of [[], ...commandTable.map(({ name }) => name.split(' '))]) {
      const { stdout } = await cliRun([...words, '--help'])
      for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(120)
    }
  })

  it('lists the formats of a command, the default first', async () => {
    const { stdout } = await cliRun(['help', 'watch'])
    expect(stdout).toMatch(/^ {2}-o, --format FORMAT +text \(default\) or ndjson$/m)
  })

  it('tells its version', async () => {
    const run = await cliRun(['--version'])
    expect(run).toMatchObject({ code: 0, stderr: '', loaded: [] })
    expect(run.stdout).toMatch(/^pstorage-discovery \d+\.\d+\.\d+\S*\n$/)
  })
})
