import { replayServer } from '../servers/replay-server.js'

// Run as a process of its own, so that server and client do not share a thread: ORIGIN RECORDS. Prints its port.
const [origin = 'large.test', records = '1000'] = process.argv.slice(2)
const { port } = await replayServer({ origin, records: Number(records) })
console.log(port)
process.stdin.resume().once('end', () => process.exit(0))
