import { readFile } from 'node:fs/promises'
import { checkCapture } from './check-capture.js'
import { readPcap } from './read-pcap.js'

const [file, ...addresses] = process.argv.slice(2)
if (file === undefined || addresses.length === 0) {
  console.error('usage: node tools/check-capture/dist/main.js FILE.pcap ADDRESS...')
  process.exitCode = 2
} else {
  const datagrams = readPcap(await readFile(file))
  const { findings, messages } = checkCapture(datagrams, addresses)
  const start = datagrams[0]?.at ?? 0
  for (const { at, section, problem } of findings) {
    console.log(`${((at - start) / 1_000).toFixed(3)} s: RFC 6762 section ${section}: ${problem}`)
  }
  console.log(`${datagrams.length} datagrams, ${messages} of this host: ${findings.length} findings`)
  process.exitCode = findings.length === 0 && messages > 0 ? 0 : 1
}
