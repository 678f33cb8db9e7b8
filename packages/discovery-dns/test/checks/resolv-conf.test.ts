import { nameFromText } from '@pstorage/dns-message'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { checkResolvConf, checkSearchList } from '../../src/checks/settings/resolv-conf.js'
import { faults } from './findings.js'

const fileOf = (text: string | undefined) =>
  ({ path: '/etc/resolv.conf', text, fault: undefined, forServers: true, forDomains: true }) as const

describe('the checks of resolv.conf', () => {
  it.each([
    { id: 'good', text: 'nameserver 192.0.2.53\n', expected: [] },
    { id: 'not there', text: undefined, expected: ['dns-resolv-conf warning'] },
    { id: 'empty', text: '', expected: ['dns-resolv-conf warning'] },
    { id: 'only a comment', text: '# nameserver 192.0.2.53\n', expected: ['dns-resolv-conf warning'] },
    {
      id: 'host name',
      text: 'nameserver ns1\nnameserver 192.0.2.53\n',
      expected: ['dns-resolv-conf warning'],
    },
    {
      id: 'host names alone',
      text: 'nameserver ns1\n',
      expected: ['dns-resolv-conf warning'],
    },
    {
      id: 'a misspelled keyword',
      text: 'nameservers 192.0.2.1\nnameserver 192.0.2.2\n',
      expected: ['dns-resolv-conf warning'],
    },
    {
      id: 'four servers',
      text: [1, 2, 3, 4].map((host) => `nameserver 192.0.2.${host}\n`).join(''),
      expected: ['dns-resolv-conf notice'],
    },
  ])('look at the servers: $id', ({ text, expected }) => {
    expect(faults(checkResolvConf(fileOf(text)))).toEqual(expected)
  })

  it('say that a file cannot be read, and never that it is fine', () => {
    const fault = { code: 'EACCES', message: 'cannot be read' }
    const [found, ...others] = checkResolvConf({ ...fileOf(undefined), fault })
    expect(others).toEqual([])
    expect(found).toMatchObject({ check: 'dns-resolv-conf', level: 'error', checked: false })
  })

  it('look at a file that is being rewritten, and change nothing', () => {
    const fault = { code: 'ECHANGING', message: '/etc/resolv.conf says nothing' }
    const [found] = checkResolvConf({ ...fileOf(''), fault })
    expect(found).toMatchObject({
      seen: '/etc/resolv.conf says nothing',
      remedies: [{ text: 'ls -l --full-time /etc/resolv.conf' }],
    })
  })

  it('say where the line stands, and what follows from it', () => {
    const [first, last] = checkResolvConf(fileOf('nameserver ns1\nnameserver ::1\nnameserver ns2\n'))
    expect(first).toMatchObject({
      seen: "line 1: 'ns1' is no IP address",
      meaning: 'a server that cannot be asked: what those behind it deny proves nothing',
      remedies: [{ replaces: 'nameserver ns1', text: '' }],
    })
    expect(last).toMatchObject({ seen: "line 3: 'ns2' is no IP address", meaning: 'the line is ignored' })
  })

  it('leave the servers alone that are given otherwise', () => {
    expect([...checkResolvConf({ ...fileOf(''), forServers: false })]).toEqual([])
  })

  it.each([
    { id: 'good', text: 'search pstorage.test\n', domains: ['pstorage.test'], expected: [] },
    { id: 'none', text: '', domains: [], expected: ['dns-search-list error'] },
    { id: 'root alone', text: 'search .\n', domains: [], expected: ['dns-search-list error'] },
    {
      id: 'one that is no name',
      text: 'search a..b pstorage.test\n',
      domains: ['pstorage.test'],
      expected: ['dns-search-list warning'],
    },
    { id: 'only what is no name', text: 'search --\n', domains: [], expected: ['dns-search-list error'] },
    { id: 'a misspelled keyword', text: 'serach a.test\n', domains: ['b.test'], expected: ['dns-search-list warning'] },
  ])('look at the search list: $id', ({ text, domains, expected }) => {
    expect(faults(checkSearchList(fileOf(text), domains.map(nameFromText)))).toEqual(expected)
  })

  it('show a domain with the letters that it stands for', () => {
    const [found] = checkSearchList(fileOf('search bücher.test\n'), [nameFromText('xn--bcher-kva.test')])
    expect(found?.seen).toBe('clusters are looked for in bücher.test (xn--bcher-kva.test)')
  })

  it('look at LOCALDOMAIN where it is set', () => {
    vi.stubEnv('LOCALDOMAIN', 'a..b pstorage.test')
    onTestFinished(() => void vi.unstubAllEnvs())
    const [found] = checkSearchList(fileOf('search pstorage.test\n'), [nameFromText('pstorage.test')])
    expect(found).toMatchObject({ level: 'warning', remedies: [{ text: 'printenv LOCALDOMAIN' }] })
  })

  it('correct a search list by the right line', () => {
    const [found] = checkSearchList(fileOf('search a..b pstorage.test\n'), [nameFromText('pstorage.test')])
    expect(found?.remedies[0]).toMatchObject({ replaces: 'search a..b pstorage.test', text: 'search pstorage.test' })
  })
})
