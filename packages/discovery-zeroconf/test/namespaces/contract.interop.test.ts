import { fileURLToPath } from 'node:url'
import { networkNamespaces } from '@pstorage/testbed'
import { beforeAll, expect, it } from 'vitest'
import { buildForHosts } from './querier.js'

beforeAll(buildForHosts)

const vitest = fileURLToPath(new URL('../../../../node_modules/vitest/vitest.mjs', import.meta.url))
const laws = fileURLToPath(new URL('./contract-between-hosts.ts', import.meta.url))
const config = fileURLToPath(new URL('vitest-config.ts', import.meta.url))

it('every law of the contract is kept between two hosts', async () => {
  await using network = await networkNamespaces({ seeker: [{ link: 'lan' }], mds: [{ link: 'lan' }] })
  const { seeker, mds } = network.hosts
  const environment = [`PUBLISHER_NAMESPACE=${mds.namespace}`, `PUBLISHER_ADDRESS=${mds.address()}`]
  const command = [process.execPath, vitest, 'run', '--config', config, '--reporter=json', laws]
  const running = seeker.start('env', ...environment, ...command)
  const [line = ''] = await running.lines.when(1, (text) => text.startsWith('{"numTotalTestSuites"'))
  const { testResults = [] } = JSON.parse(line)
  const assertions: { readonly status: string; readonly fullName: string }[] = testResults.flatMap(
    (file: { readonly assertionResults: readonly object[] }) => file.assertionResults,
  )
  const failed = assertions.filter(({ status }) => status !== 'passed').map(({ fullName }) => fullName)
  expect(failed).toEqual([])
  expect(assertions.length).toBeGreaterThan(90)
})
