import { installNode } from './install-node.js'
import { testOn } from './test-on.js'
import { wantedReleases } from './wanted-releases.js'

const wanted = wantedReleases(process.argv.slice(2))
if (typeof wanted === 'string') {
  console.error(`${wanted}\nusage: pnpm test:nodes [RELEASE...]`)
  process.exitCode = 2
} else {
  let passed = 0
  let failed = 0
  for (const release of wanted) {
    try {
      const node = await installNode(release)
      console.log(`\n== Node.js ${node.version}`)
      const counts = await testOn(node)
      console.log(
        `Node.js ${node.version}: ${counts.passed} passed, ${counts.failed} failed, ${counts.seconds.toFixed(0)} s`,
      )
      for (const name of counts.failures) console.log(`  ${name}`)
      passed += counts.passed
      failed += counts.failed
    } catch (error) {
      console.error(`Node.js ${release}: ${error instanceof Error ? error.message : String(error)}`)
      failed += 1
    }
  }
  console.log(`\n${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 ? 0 : 1
}
