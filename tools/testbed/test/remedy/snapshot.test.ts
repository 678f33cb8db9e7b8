import { describe, expect, it } from 'vitest'
import { unexpectedChanges } from '../../src/index.js'

const list = '/d/c1/bs.list'
const before = new Map([
  ['/d/c1', '40755 '],
  [list, '100644 good'],
  ['/d/c2/bs.list', '100644 other'],
])
const withChange = (...rows: readonly (readonly [string, string | undefined])[]) => {
  const after = new Map<string, string>(before)
  for (const [path, value] of rows) value === undefined ? after.delete(path) : after.set(path, value)
  return after
}
const command = (text: string) => ({ where: 'as root, run', replaces: [], text: [text] })

describe('what a remedy changes', () => {
  it.each([
    { id: 'nothing', after: before, remedy: command(`chmod o-w ${list}`), faults: [] },
    {
      id: 'the file it names',
      after: withChange([list, '100640 good']),
      remedy: command(`chmod o-r ${list}`),
      faults: [],
    },
    {
      id: 'a file that it moves aside',
      after: withChange([list, undefined], [`${list}.2026-12-01`, '100644 good']),
      remedy: command(`mv -nT ${list} ${list}.$(date +%F)`),
      faults: [],
    },
    {
      id: 'what is in a folder that it moves',
      after: withChange(['/d/c1', undefined], [list, undefined], ['/d/C1', '40755 '], ['/d/C1/bs.list', '100644 good']),
      remedy: command('mv -nT /d/c1 /d/C1'),
      faults: [],
    },
    {
      id: 'another file too',
      after: withChange([list, '100640 good'], ['/d/c2/bs.list', '100640 other']),
      remedy: command(`chmod o-r ${list}`),
      faults: ['changes /d/c2/bs.list'],
    },
    {
      id: 'a new file',
      after: withChange(['/d/pwned', '100644 ']),
      remedy: command(`ls ${list}`),
      faults: ['changes /d/pwned'],
    },
    {
      id: 'contents that are lost',
      after: withChange([list, undefined]),
      remedy: command(`mv -nT ${list} /elsewhere`),
      faults: [`loses what was in ${list}`],
    },
    {
      id: 'lines of a file that a person edits',
      after: withChange([list, '100644 better']),
      remedy: { where: `in ${list}`, replaces: ['good'], text: ['better'] },
      faults: [],
    },
    {
      id: 'a set of records that it names',
      after: new Map([['a.test. A', 'a.test. 60 IN A 192.0.2.1']]),
      remedy: { where: 'in the zone test', replaces: [], text: ['a.test. 60 IN A 192.0.2.1'] },
      from: new Map(),
      faults: [],
    },
    {
      id: 'a set of records of another type',
      after: new Map([['a.test. AAAA', 'a.test. 60 IN AAAA ::1']]),
      remedy: { where: 'in the zone test', replaces: [], text: ['a.test. 60 IN A 192.0.2.1'] },
      from: new Map(),
      faults: ['changes a.test. AAAA'],
    },
    {
      id: 'another interface',
      after: new Map([['3: eth1 UP eth1', '']]),
      remedy: command('ip link set dev eth0 up'),
      from: new Map(),
      faults: ['changes 3: eth1 UP eth1'],
    },
  ])('is compared by path: $id', ({ after, remedy, faults, from = before }) => {
    expect(unexpectedChanges(from, after, remedy)).toEqual(faults)
  })
})
