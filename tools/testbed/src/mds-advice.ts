import { createConnection, type Socket } from 'node:net'
import { type Endpoint, formatEndpoint, parseEndpoint } from '@pstorage/discovery-core'

/**
 * The advice of a metadata server (MDS) to a client that connects: the addresses of the others, and which of them
 * is the master.
 */
export interface MdsAdvice {
  /** All metadata servers of the cluster that it knows. */
  readonly servers: readonly Endpoint[]
  /** Index of the master in `servers`; -1 when it knows of none. */
  readonly masterIndex: number
  /** It is no working MDS, for lack of a quorum for example: it can only tell where others are. */
  readonly bootstrapOnly: boolean
}

/** The question of the protocol of {@link scriptedMds}, which is made up for tests. */
export const mdsQuestion = '{"ask":"servers"}'

/** The answer of that protocol, one line of JSON. */
export function mdsAnswer({ servers, masterIndex, bootstrapOnly }: MdsAdvice): string {
  return JSON.stringify({ servers: servers.map(formatEndpoint), master: masterIndex, bootstrapOnly })
}

/** Asks a {@link scriptedMds} in that protocol. Rejects for anything but an answer: what a locator has to live with. */
export async function askScriptedMds(
  { address, port }: Pick<Endpoint, 'address' | 'port'>,
  signal?: AbortSignal,
): Promise<MdsAdvice> {
  signal?.throwIfAborted()
  const socket = createConnection({ host: address, port })
  const onAbort = (): void => void socket.destroy(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    const failed = new Promise<never>((_, reject) => {
      socket.once('error', reject)
      socket.once('close', () => reject(new Error('the connection was closed before the answer')))
    })
    const line = new Promise<string>((resolve) => eachLine(socket, resolve))
    socket.write(`${mdsQuestion}\n`)
    return readAnswer(await Promise.race([line, failed]))
  } finally {
    signal?.removeEventListener('abort', onAbort)
    socket.destroy()
  }
}

/** Calls with every line that comes whole. */
export function eachLine(socket: Socket, take: (line: string) => void): void {
  let pending = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    const lines = `${pending}${chunk}`.split('\n')
    pending = lines.pop() ?? ''
    for (const line of lines) take(line)
  })
}

function readAnswer(line: string): MdsAdvice {
  const answer: unknown = JSON.parse(line)
  if (typeof answer !== 'object' || answer === null) throw new SyntaxError('the answer is no object')
  const { servers, master, bootstrapOnly }: Readonly<Record<string, unknown>> = { ...answer }
  if (!Array.isArray(servers) || !servers.every((each) => typeof each === 'string')) {
    throw new SyntaxError('the answer has no servers')
  }
  if (typeof master !== 'number' || !Number.isInteger(master)) throw new SyntaxError('the answer has no master')
  return {
    servers: servers.map((each) => parseEndpoint(each)),
    masterIndex: master,
    bootstrapOnly: bootstrapOnly === true,
  }
}
