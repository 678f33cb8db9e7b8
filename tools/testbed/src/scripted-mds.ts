import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { type Endpoint, formatEndpoint } from '@pstorage/discovery-core'
import { AwaitableList } from './awaitable-list.js'
import { withFreePort } from './free-port.js'
import { eachLine, type MdsAdvice, mdsAnswer, mdsQuestion } from './mds-advice.js'

/**
 * A step of a scripted MDS.
 *
 * - an advice: it tells it
 * - `silent`: it says nothing, and keeps the connection
 * - `end`, `reset`: it closes or resets the connection
 * - `raw`: it sends these bytes as they are, and keeps the connection
 */
export type MdsStep = MdsAdvice | 'silent' | 'end' | 'reset' | { readonly raw: string | Uint8Array }

/** Options of {@link scriptedMds}. */
export interface ScriptedMdsOptions {
  /**
   * The steps for one query after the other, the last of them for all that follow; or a function of how many
   * questions came before. A function is called when it is asked, so that it may tell of servers that started later.
   */
  readonly script: MdsStep | readonly MdsStep[] | ((index: number) => MdsStep)
  /** The loopback address to listen on; default 127.0.0.1. */
  readonly address?: string | undefined
}

/** A scripted MDS that is listening. */
export interface ScriptedMds extends AsyncDisposable {
  /** Its address and port. */
  readonly endpoint: Endpoint
  /** The same as `IP:PORT`. */
  readonly server: string
  /** Number of queries that it has received. */
  readonly asked: number
  /** Resolves when it has been asked so many questions. */
  whenAsked(count: number): Promise<void>
  /** Resolves when so many connections have been closed. */
  whenDisconnected(count: number): Promise<void>
  /** Closes the port and every connection. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a TCP server on loopback that plays a metadata server: it tells which others there are, which of them is the
 * master, and whether it can do no more than that.
 *
 * The protocol is made up, lines of JSON: `{"ask":"servers"}` is answered by `{"servers":["IP:PORT",...],"master":0,
 * "bootstrapOnly":false}`, with -1 for a master that is not known. No real MDS speaks it; it is there to try things that
 * follow such advice, with {@link askScriptedMds} as their way to ask. Anything else that it is asked resets the connection.
 */
export async function scriptedMds(options: ScriptedMdsOptions): Promise<ScriptedMds> {
  const { script, address = '127.0.0.1' } = options
  const sockets = new Set<Socket>()
  const questions = new AwaitableList<number>()
  const disconnections = new AwaitableList<Socket>()

  const serve = (socket: Socket): void => {
    sockets.add(socket)
    // Connections that break are part of the play.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      sockets.delete(socket)
      disconnections.add(socket)
    })
    eachLine(socket, (line) => {
      if (line !== mdsQuestion) return void socket.resetAndDestroy()
      const index = questions.items.length
      questions.add(index)
      perform(stepOf(script, index), socket)
    })
  }

  return await withFreePort(address, async (port) => {
    const server = createServer(serve)
    server.listen(port, address)
    await once(server, 'listening')
    const endpoint: Endpoint = { address, port, host: null, priority: null, weight: null, ttl: null }
    return {
      endpoint,
      server: formatEndpoint(endpoint),
      get asked() {
        return questions.items.length
      },
      whenAsked: async (count) => void (await questions.when(count)),
      whenDisconnected: async (count) => void (await disconnections.when(count)),
      async [Symbol.asyncDispose]() {
        const closed = once(server, 'close')
        server.close()
        for (const socket of sockets) socket.destroy()
        await closed
        for (const list of [questions, disconnections]) list.close(new Error('the MDS was stopped'))
      },
    }
  })
}

function stepOf(script: ScriptedMdsOptions['script'], index: number): MdsStep {
  if (typeof script === 'function') return script(index)
  const steps: readonly MdsStep[] = isSteps(script) ? script : [script]
  return steps[Math.min(index, steps.length - 1)] ?? 'silent'
}

function isSteps(script: MdsStep | readonly MdsStep[]): script is readonly MdsStep[] {
  return Array.isArray(script)
}

function perform(step: MdsStep, socket: Socket): void {
  if (step === 'silent') return
  if (step === 'end') socket.end()
  else if (step === 'reset') socket.resetAndDestroy()
  else if ('raw' in step) socket.write(step.raw)
  else socket.write(`${mdsAnswer(step)}\n`)
}
