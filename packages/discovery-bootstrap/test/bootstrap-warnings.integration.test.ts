import { parseClusterName } from '@pstorage/discovery-core'
import { clustersDirectory } from '@pstorage/testbed'
import { describe, expect, it } from 'vitest'
import { describeListFile } from '../src/directory/bootstrap-warnings.js'
import { ClustersDirectory } from '../src/directory/clusters-directory.js'

const user = process.geteuid?.() ?? 0

describe('describeListFile', () => {
  it.each([
    ['its owner is root', 0o644, 0, []],
    ['its owner is this user', 0o600, user, []],
    ['its group can write it', 0o664, 0, []],
    ['its owner is somebody else', 0o644, user + 7, ['bootstrap-list-owner']],
    ['everybody can write it', 0o646, user, ['bootstrap-list-writable']],
    ['both', 0o666, user + 7, ['bootstrap-list-writable', 'bootstrap-list-owner']],
  ])('BS-21: of a list where %s', async (_, mode, uid, codes) => {
    await using base = await clustersDirectory({ c1: '' })
    const directory = await ClustersDirectory.open(base.path)
    if (directory === undefined) throw new Error('the directory is there')
    const file = { bytes: new Uint8Array(), mode: 0o100_000 | mode, uid }
    const found = { kind: 'list', name: parseClusterName('c1'), file, linkedTo: undefined } as const
    const warnings = await describeListFile(directory, found)
    expect(warnings.map(({ code }) => code)).toEqual(codes)
    for (const { message } of warnings) expect(message).toContain(base.listPath('c1'))
  })
})
