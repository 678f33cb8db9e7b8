import { type NamedServer, namedServer } from '@pstorage/testbed'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../src/index.js'
import { capturedStream } from './captured-stream.js'

const head = `$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 300
 NS ns
ns A 127.0.0.1
`
const service = (owner: string): string => `${owner} SRV 0 1 2510 mds\nmds A 192.0.2.1\n`

/** Each holds a cluster, or seems to, in another way than by SRV records at its own owner. */
const zones = {
  'alias.test': `${head}_pstorage._tcp.c1 CNAME _pstorage._tcp.real.target.test.\n`,
  'dangling.test': `${head}_pstorage._tcp.c1 CNAME nowhere.target.test.\n`,
  'target.test': `${head}${service('_pstorage._tcp.real')}${service('_pstorage._tcp')}`,
  'parent.test': `${head}c1 NS ns.c1\nns.c1 A 127.0.0.1\n`,
  'c1.parent.test': `${head}${service('_pstorage._tcp')}`,
  'mixed.test': `${head}c1 NS ns.c1\nns.c1 A 127.0.0.1\n${service('_pstorage._tcp.c2')}`,
  'c1.mixed.test': `${head}${service('_pstorage._tcp')}`,
  'dname.test': `${head}c1 DNAME target.test.\n`,
  'renamed.test': `${head.replace('ns A 127.0.0.1\n', '').replace('NS ns', 'NS ns.target.test.')}@ DNAME target.test.\n`,
  'wild.test': `${head}* CNAME _pstorage._tcp.real.target.test.\n`,
  'other.test': `${head}_pstorage._tcp.c1 TXT "x"\n`,
  'below.test': `${head}host.lab A 192.0.2.9\n`,
  'empty.test': head,
}

let named: NamedServer
beforeAll(async () => {
  named = await namedServer({ zones, allowTransfer: 'any' })
}, 30_000)
afterAll(() => named[Symbol.asyncDispose]())

async function run(...argv: readonly string[]) {
  const [stdout, stderr] = [capturedStream(), capturedStream()]
  const dns = ['--backend', 'dns', '--server', named.server]
  const code = await runCli({ argv: [...argv, ...dns], env: { LANG: 'C.UTF-8' }, stdout, stderr })
  return { code, stdout: stdout.text, stderr: stderr.text }
}

describe('discover --axfr always with a real BIND', () => {
  it.each([
    { what: 'an alias at the owner', domain: 'alias.test', code: 0, names: ['c1'] },
    { what: 'an alias that leads nowhere', domain: 'dangling.test', code: 0, names: ['c1'] },
    { what: 'a delegated cluster', domain: 'parent.test', code: 3, fault: 'EZONECUT' },
    { what: 'a delegated cluster beside another', domain: 'mixed.test', code: 0, names: ['c2'], warns: 'zone-cut' },
    { what: 'a redirected cluster', domain: 'dname.test', code: 3, fault: 'EZONECUT' },
    { what: 'a redirected zone', domain: 'renamed.test', code: 3, fault: 'EZONECUT' },
    { what: 'a wildcard', domain: 'wild.test', code: 3, fault: 'EWILDCARD', warns: 'axfr-wildcard' },
    { what: 'other records at the owner', domain: 'other.test', code: 3, fault: 'ENOSRV' },
    {
      what: 'a domain that does not exist',
      domain: 'nosuch.empty.test',
      code: 3,
      fault: 'ENOSUCHDOMAIN',
      warns: 'search-domain-missing',
    },
  ])('$what: exits $code', async ({ domain, code, names = [], fault, warns }) => {
    const argv = ['discover', '--axfr', 'always', '--domain', domain]
    const text = await run(...argv)
    expect(text.code).toBe(code)
    expect(text.stdout).toBe(names.map((name) => `${name}\n`).join(''))
    expect(text.stderr.includes('[zone-cut]')).toBe(warns === 'zone-cut')
    const { attempts, warnings } = JSON.parse((await run(...argv, '--json')).stdout)
    const transfer = attempts.find(({ method }: { readonly method: string }) => method === 'dns-axfr')
    expect(transfer.error?.code).toBe(fault)
    expect(warnings.map((warning: { readonly code: string }) => warning.code)).toEqual(
      warns === undefined ? [] : [warns],
    )
  })

  it.each(['empty.test', 'lab.below.test'])('a whole zone without clusters still denies them: %s', async (domain) => {
    const argv = ['discover', '--axfr', 'always', '--domain', domain, '--json']
    const { outcome, attempts } = JSON.parse((await run(...argv)).stdout)
    expect(outcome).toBe('absent')
    const transfer = attempts.find(({ method }: { readonly method: string }) => method === 'dns-axfr')
    expect(transfer).toMatchObject({ status: 'empty', server: named.server })
  })
})

describe('resolve with a real BIND', () => {
  it.each([
    ['an alias at the owner', 'alias.test'],
    ['a delegated cluster', 'parent.test'],
    ['a delegated cluster beside another', 'mixed.test'],
    ['a redirected cluster', 'dname.test'],
    ['a wildcard', 'wild.test'],
  ])('%s: finds what discover could not deny', async (_, domain) => {
    const { code, stdout } = await run('resolve', 'c1', '--domain', domain)
    expect({ code, stdout }).toEqual({ code: 0, stdout: '192.0.2.1:2510\n' })
  })
})
