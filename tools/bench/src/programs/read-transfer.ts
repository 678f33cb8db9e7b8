import { connect } from 'node:net'
import { nameFromText, RecordType, writeQuery } from '@pstorage/dns-message'
import { authorityNumbers } from '../zone/large-zone.js'

// Run as a process of its own: PORT ORIGIN. Asks for a transfer, reads it to its end and looks at nothing: what any program in
// Node.js takes at least. Prints how many octets came.
const [port = '', origin = ''] = process.argv.slice(2)
const query = writeQuery({ name: nameFromText(origin), type: RecordType.AXFR, id: 1, recursionDesired: false })
const end = Buffer.alloc(4 * authorityNumbers.length)
for (const [index, number] of authorityNumbers.entries()) end.writeUInt32BE(number, 4 * index)

const buffer = Buffer.alloc(1 << 16)
let octets = 0
const socket = connect({
  host: '127.0.0.1',
  port: Number(port),
  onread: {
    buffer,
    callback(length) {
      octets += length
      // The last record is the SOA record, as the first is, which comes among others.
      if (buffer.subarray(0, length).subarray(-end.length).equals(end)) {
        socket.destroy()
        console.log(octets)
      }
      return true
    },
  },
})
const length = Buffer.alloc(2)
length.writeUInt16BE(query.length)
socket.write(Buffer.concat([length, query]))
