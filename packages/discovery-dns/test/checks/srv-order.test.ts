import { nameFromText, nameKey, type ServiceData } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { checkSrvRecords } from '../../src/checks/zone/srv-records.js'
import { readWrittenZone } from '../../src/checks/zone/written-zone.js'

const domain = 'pstorage.test'
const owner = `_pstorage._tcp.c1.${domain}`

/** The findings about a zone with these records, each as its four fields. */
function findingsOf(fields: readonly string[]) {
  const records = fields.map((text) => {
    const [priority = '', weight = '', port = '', target = 's1.pstorage.test.'] = text.split(' ')
    const numbers = { priority: Number(priority), weight: Number(weight), port: Number(port) }
    const data: ServiceData = { kind: 'SRV', ...numbers, target: nameFromText(target) }
    return { name: nameFromText(owner), ttl: 300, data }
  })
  const facts = readWrittenZone(records, {
    domain: nameFromText(domain),
    apex: nameFromText(domain),
    origin: 'a test',
    service: nameFromText('_pstorage._tcp'),
    clustersRecord: nameFromText('pstorage_clusters'),
    wanted: undefined,
  })
  expect(facts.clusters.map((cluster) => nameKey(cluster.owner))).toEqual([owner])
  return [...checkSrvRecords(facts, true)].filter(({ level }) => level !== 'ok')
}

describe('the order of the fields of SRV records', () => {
  it.each([
    ['2380 0 100', '0 100 2380'],
    ['2510 0 100', '0 100 2510'],
    ['2510 100 0', '0 100 2510'],
    ['2510 10 60', '10 60 2510'],
    ['2510 0 0', '0 0 2510'],
    ['2510 0 80', '0 80 2510'],
    ['0 2510 100', '0 100 2510'],
    ['60 2510 10', '10 60 2510'],
    ['10 2380 0', '0 10 2380'],
    ['65000 1 1', '1 1 65000'],
    ['2510 5000 10', '10 5000 2510'],
  ])('%s: probably %s was meant, with the line that says so', (fields, meant) => {
    const found = findingsOf([fields])
    expect(found.map(({ check, level }) => `${check} ${level}`)).toEqual(['dns-srv-order warning'])
    const [priority, weight, port] = meant.split(' ')
    expect(found[0]?.meaning).toContain(`probably meant: priority ${priority}, weight ${weight}, port ${port}`)
    expect(found[0]?.remedies).toMatchObject([
      {
        replaces: `${owner}. 300 IN SRV ${fields} s1.pstorage.test.`,
        text: `${owner}. 300 IN SRV ${meant} s1.pstorage.test.`,
      },
    ])
  })

  it.each([
    ['0 100 2510'],
    ['10 60 2510'],
    ['0 0 2510'],
    ['0 1 2511'],
    ['2510 2510 2510'],
    ['2510 0 2510'],
    ['0 65535 2510'],
    ['65535 65535 65535'],
    ['1024 0 1024'],
    ['0 0 443'],
    ['10 5000 443'],
    ['0 2000 100'],
    ['2000 10 443'],
    ['10000 0 80'],
    ['100 100 100'],
    ['1023 1023 1'],
    ['2000 3000 1'],
  ])('%s is taken as it is', (fields) => {
    expect(findingsOf([fields])).toEqual([])
  })

  it('knows a port by the other records of the zone', () => {
    const found = findingsOf(['0 10 3000', '0 3000 10'])
    expect(found.map(({ check, remedies }) => [check, remedies[0]?.text])).toEqual([
      ['dns-srv-order', `${owner}. 300 IN SRV 0 10 3000 s1.pstorage.test.`],
    ])
    expect(findingsOf(['0 10 3001', '0 3000 10'])).toEqual([])
  })

  it('says nothing of a service that is not available', () => {
    expect(findingsOf(['2510 0 0 .']).map(({ check }) => check)).toEqual(['dns-srv-target'])
  })

  it('leaves a port of 0 alone that nothing stands in for', () => {
    expect(findingsOf(['0 1 0']).map(({ check }) => check)).toEqual(['dns-srv-port'])
  })
})
