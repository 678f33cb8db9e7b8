import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** Something that takes connections, where a metadata server would. */
export interface ListeningMds extends AsyncDisposable {
  readonly port: number
}

/** Listens on a free port of 127.0.0.1, and closes every connection. */
export async function listeningMds(): Promise<ListeningMds> {
  const server = createServer((socket) => socket.destroy())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on a port, not on a path
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}
