import { nameFromText } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { checkResolvConf, checkSearchList } from '../../src/checks/resolv-conf.js'
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
  ])('look at the search list: $id', ({ text, domains, expected }) => {
    expect(faults(checkSearchList(fileOf(text), domains.map(nameFromText)))).toEqual(expected)
  })

  it('mend a search list by the line that should be there', () => {
    const [found] = checkSearchList(fileOf('search a..b pstorage.test\n'), [nameFromText('pstorage.test')])
    expect(found?.remedies[0]).toMatchObject({ replaces: 'search a..b pstorage.test', text: 'search pstorage.test' })
  })
})
