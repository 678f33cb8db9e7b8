import { PYTHON } from './announcing-programs.js'
import { MdsBrowser, type Sighting } from './mds-browser.js'
import { startAvahi } from './message-bus.js'
import type { NamespaceHost } from './namespace-host.js'

/** Options of a browser. */
export interface BrowseOptions {
  /** Those of a subtype such as `_my-cluster`; default: all of the service. */
  readonly subtype?: string
  /** Uses IPv6 instead of IPv4, where the program has the choice; default false. */
  readonly ipv6?: boolean
}

/** Browses by `avahi-browse` on a host whose daemon is on the bus. */
export function avahiBrowserOn(host: NamespaceHost, { subtype }: BrowseOptions = {}): MdsBrowser {
  const type = subtype === undefined ? '_pstorage._tcp' : `${subtype}._sub._pstorage._tcp`
  return new MdsBrowser(startAvahi(host, 'stdbuf', '-oL', 'avahi-browse', '-rp', type), sightingOfAvahi)
}

/** Browses by python-zeroconf. */
export function pythonBrowserOn(host: NamespaceHost, { subtype, ipv6 = false }: BrowseOptions = {}): MdsBrowser {
  const type = `${subtype === undefined ? '' : `${subtype}._sub.`}_pstorage._tcp.local.`
  const running = host.start(PYTHON, '-u', '-c', pythonProgram, JSON.stringify({ type, ipv6 }))
  return new MdsBrowser(running, sightingOfJson)
}

/** Browses by bonjour-service. */
export function bonjourBrowserOn(host: NamespaceHost): MdsBrowser {
  const code = "import { browseByBonjour } from '@pstorage/testbed'; await browseByBonjour(process.argv[1])"
  return new MdsBrowser(host.startModule(code, host.address()), sightingOfJson)
}

function sightingOfJson(line: string): Sighting | undefined {
  // What the programs below write.
  return line.startsWith('{') ? (JSON.parse(line) as Sighting) : undefined
}

/** A line of `avahi-browse --parsable`. */
function sightingOfAvahi(line: string): Sighting | undefined {
  const [what, , , name = '', , , host = '', address = '', port = '', text = ''] = line.split(';')
  const instance = unescaped(name)
  if (what === '-') return { gone: instance }
  if (what !== '=') return undefined
  const cluster = /"cluster=([^"]*)"/.exec(text)?.[1] ?? null
  return { found: { instance, host, port: Number(port), addresses: [address], cluster } }
}

/** Octets that Avahi writes as `\` and three decimal digits, and others behind a `\`. */
function unescaped(text: string): string {
  const octets = text.replaceAll(/\\(\d{3}|.)/g, (_, code: string) => {
    return code.length === 3 ? String.fromCharCode(Number(code)) : code
  })
  return /[^\0-\xff]/.test(octets) ? octets : Buffer.from(octets, 'latin1').toString('utf8')
}

const pythonProgram = `
import json, sys
from zeroconf import IPVersion, ServiceBrowser, ServiceListener, Zeroconf
plan = json.loads(sys.argv[1])
class Listener(ServiceListener):
    def add_service(self, zeroconf, kind, name):
        info = zeroconf.get_service_info(kind, name, timeout=3000)
        if info is None: return print('incomplete', name)
        cluster = info.properties.get(b'cluster')
        print(json.dumps({'found': {
            'instance': name.split('._pstorage._tcp')[0], 'host': info.server.rstrip('.'), 'port': info.port,
            'addresses': info.parsed_scoped_addresses(), 'cluster': cluster and cluster.decode()}}))
    def update_service(self, *_): pass
    def remove_service(self, zeroconf, kind, name):
        print(json.dumps({'gone': name.split('._pstorage._tcp')[0]}))
zeroconf = Zeroconf(ip_version=IPVersion.V6Only if plan['ipv6'] else IPVersion.V4Only)
browser = ServiceBrowser(zeroconf, plan['type'], Listener())
sys.stdin.read()
zeroconf.close()
`
