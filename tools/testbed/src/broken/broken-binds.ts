import { keyFile } from '../key-file.js'
import { type NamedServer, type NamedServerOptions, namedServer } from '../named-server.js'
import { pasteLines } from '../remedy/paste.js'
import { zoneSnapshot } from '../remedy/snapshot.js'
import type { TransferPermission } from '../served-zone.js'
import type { BrokenPlace, BrokenSetup } from './broken-setup.js'
import { brokenDomain, goodZoneLines } from './broken-zones.js'
import { listeningMds } from './listening-mds.js'
import { Pile } from './pile.js'

const key = { name: 'transfer-key', algorithm: 'hmac-sha256', secret: 'c2VjcmV0IG9mIHRoZSB0ZXN0IGFsb25l' } as const

interface BindRow extends Pick<BrokenSetup, 'id' | 'about' | 'fault' | 'level' | 'fixedBy' | 'never'> {
  readonly allowTransfer: TransferPermission
  /** True where named has the key. */
  readonly knowsKey?: boolean
  /** True where the client is to use it. */
  readonly usesKey?: boolean
  /** Changes each line of the good zone. */
  readonly broken?: (line: string) => readonly string[]
  readonly arguments?: readonly string[]
  /** The search domain, where it is not that of the zone. */
  readonly domain?: string
  /** True where named is a secondary that has no zone, as the primary does not answer. */
  readonly isExpired?: boolean
}

const inBind = 'in the configuration (BIND)'

const rows: readonly BindRow[] = [
  {
    id: 'bind-transfer-open',
    about: 'BIND gives the zone to every host',
    fault: 'dns-transfer-open',
    level: 'notice',
    fixedBy: inBind,
    allowTransfer: 'any',
  },
  {
    id: 'bind-transfer-refused',
    about: 'BIND gives the zone to no host, and it is needed',
    fault: 'dns-transfer',
    level: 'error',
    fixedBy: inBind,
    allowTransfer: 'none',
    arguments: ['--axfr', 'always'],
  },
  {
    id: 'bind-transfer-not-for-key',
    about: 'BIND knows the key, and does not let it transfer',
    fault: 'dns-transfer',
    fixedBy: inBind,
    allowTransfer: 'none',
    knowsKey: true,
    usesKey: true,
  },
  {
    id: 'bind-key-unknown',
    about: 'BIND does not know the key',
    fault: 'dns-tsig-key',
    level: 'error',
    fixedBy: inBind,
    allowTransfer: 'any',
    usesKey: true,
  },
  {
    id: 'bind-domain-misspelt',
    about: 'the search domain is misspelt, and BIND refuses it',
    fault: 'dns-server-zone',
    level: 'error',
    never: /allow-|zone "/,
    allowTransfer: 'none',
    domain: 'pstorag.test',
  },
  {
    id: 'bind-secondary-expired',
    about: 'BIND is a secondary whose zone has expired',
    fault: 'dns-server-zone',
    level: 'error',
    never: /zone "|type secondary/,
    allowTransfer: 'none',
    isExpired: true,
  },
  {
    id: 'bind-port-0',
    about: 'the port of a server is 0 in a zone of BIND',
    fault: 'dns-srv-port',
    level: 'error',
    fixedBy: 'in the zone ',
    allowTransfer: 'none',
    broken: (line) => [line, ...(line.startsWith('_pstorage') ? [line.replace(/ 0 1 \d+ /, ' 1 1 0 ')] : [])],
  },
  {
    id: 'bind-minus',
    about: 'a name in a zone of BIND has U+2212 instead of a minus',
    fault: 'dns-txt-minus',
    level: 'error',
    fixedBy: 'in the zone ',
    allowTransfer: 'any',
    broken: (line) => [line.replace('"c1"', '"c1,my\\226\\136\\146c"')],
  },
]

/** Real BINDs with a fault. */
export const brokenBinds: readonly BrokenSetup[] = rows.map((row) => ({
  id: row.id,
  about: row.about,
  fault: row.fault,
  ...(row.fixedBy !== undefined && { fixedBy: row.fixedBy }),
  ...(row.never !== undefined && { never: row.never }),
  ...(row.level !== undefined && { level: row.level }),
  start: () => startBind(row),
}))

/** Port 9 of this host is closed. */
const secondary = `zone "${brokenDomain}" { type secondary; file "secondary.db"; primaries { 127.0.0.1 port 9; }; };`

async function startBind({
  allowTransfer,
  knowsKey,
  usesKey,
  broken,
  isExpired,
  ...row
}: BindRow): Promise<BrokenPlace> {
  const pile = new Pile()
  const mds = pile.add(await listeningMds())
  const { file } = pile.add(await keyFile(key))
  let lines: readonly string[] = goodZoneLines(mds.port).flatMap((line) => broken?.(line) ?? line)
  let settings: NamedServerOptions = { allowTransfer, ...(knowsKey && { keys: [key] }) }
  const start = (): Promise<NamedServer> =>
    namedServer(
      isExpired ? { statements: secondary } : { ...settings, zones: { [brokenDomain]: `${lines.join('\n')}\n` } },
    )
  let named = await start()
  pile.defer(() => named[Symbol.asyncDispose]())
  return {
    get arguments() {
      const signing = usesKey ? ['--tsig-key', file] : []
      return [
        '--backend',
        'dns',
        '--server',
        named.server,
        '--domain',
        row.domain ?? brokenDomain,
        ...signing,
        ...(row.arguments ?? []),
      ]
    },
    snapshot: async () => zoneSnapshot(lines),
    async applyRemedy(remedy) {
      const text = remedy.text.join('\n')
      const [, permitted] = /^allow-transfer \{ (.*) \};$/.exec(text) ?? []
      if (remedy.where.startsWith('in the zone ')) lines = pasteLines(lines, remedy)
      else if (permitted === undefined) settings = { ...settings, statements: text }
      else
        settings = {
          ...settings,
          allowTransfer: permitted
            .split(';')
            .map((each) => each.trim())
            .filter((each) => each !== ''),
        }
      await named[Symbol.asyncDispose]()
      named = await start()
    },
    [Symbol.asyncDispose]: () => pile[Symbol.asyncDispose](),
  }
}
