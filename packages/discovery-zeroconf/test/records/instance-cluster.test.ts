import { labelFromUtf8 } from '@pstorage/dns-message'
import { describe, expect, it } from 'vitest'
import { instanceCluster, instanceText } from '../../src/records/instance-cluster.js'

describe('instanceCluster', () => {
  it.each([
    ['the TXT key', 'mds1', 'my-cluster', 'my-cluster'],
    ['the TXT key as published', 'mds1', 'My_Cluster-2', 'My_Cluster-2'],
    ['the instance name', 'my-cluster', null, 'my-cluster'],
    ['the instance name after a conflict, as Avahi adds it', 'my-cluster #2', null, 'my-cluster'],
    ['the instance name after a conflict, as Bonjour adds it', 'my-cluster (2)', null, 'my-cluster'],
    ['the instance name after many conflicts', 'my-cluster #1234', null, 'my-cluster'],
    ['a number that is part of the name', 'my-cluster-2', null, 'my-cluster-2'],
    ['any instance name where the TXT key says it', 'Größe 7. Stock 😀', 'alpha', 'alpha'],
  ])('reads %s', (_, instance, cluster, expected) => {
    expect(instanceCluster(labelFromUtf8(instance), { cluster })).toEqual({ name: expected })
  })

  it.each([
    ['MD-25 a dot', 'my.cluster', null],
    ['MD-25 a blank', 'my cluster', null],
    ['MD-25 beyond ASCII', 'gröẞe', null],
    ['a suffix that no host adds', 'my-cluster #x', null],
    ['a suffix without a name', ' #2', null],
    ['two suffixes', 'my-cluster #2 #2', null],
    ['MD-26 an empty value: nothing is guessed', 'alpha', ''],
    ['a suffix in the TXT key', 'alpha', 'alpha #2'],
    ['TXT-6 control characters', 'alpha', '\u001b[31mred'],
    ['BS-16 a path', 'alpha', '../../etc'],
    ['64 characters', 'alpha', 'x'.repeat(64)],
    ['an option as the instance name', '--version', null],
    ['an option in the TXT key', 'alpha', '-h'],
  ])('refuses %s', (_, instance, cluster) => {
    const { name, fault = '' } = instanceCluster(labelFromUtf8(instance), { cluster })
    expect(name).toBeUndefined()
    expect(fault).not.toBe('')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
    expect(fault).not.toMatch(/[\x00-\x1f]/)
  })

  it.each([
    ['a control character in the instance name', 'al\u0007pha'],
    ['DEL in the instance name', 'al\u007fpha'],
    ['octets that are not UTF-8', 'al\xffpha'],
  ])('MD-25 refuses %s, whatever the TXT key says', (_, label) => {
    expect(instanceCluster(label, { cluster: 'alpha' }).name).toBeUndefined()
  })
})

describe('instanceText', () => {
  it('is UTF-8, escaped', () => {
    expect(instanceText(labelFromUtf8('Größe\u001b 😀'))).toBe('Größe\\x1b 😀')
  })

  it('shows octets that are not UTF-8 as they are', () => {
    expect(instanceText('al\xff\x01')).toBe('alÿ\\x01')
  })
})
