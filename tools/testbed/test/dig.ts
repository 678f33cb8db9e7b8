import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The server to query. */
interface Asked {
  readonly address: string
  readonly port: number
}

/** All that `dig` or `kdig` prints, also when it fails; rejects when it is not installed. */
export async function printed(client: 'dig' | 'kdig', server: Asked, ...args: readonly string[]): Promise<string> {
  const place = [`@${server.address}`, '-p', String(server.port), '+retry=0', '+timeout=5']
  const { stdout, stderr } = await run(client, [...place, ...args], { maxBuffer: 2 ** 26 }).catch((error) => {
    if (error.code === 'ENOENT') throw error
    return error
  })
  return `${stdout}${stderr}`
}

/** The records in what a client has printed, with single blanks, but those of TSIG. */
export function records(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith(';') && !/\sTSIG\s/.test(line))
  return lines.map((line) => line.replaceAll(/\s+/g, ' '))
}

/** The report of a client: an error of TSIG, a response code, or a number of records. */
export function outcome(text: string): string {
  const [tsigError] = /\bBAD(SIG|KEY|TIME)\b/.exec(text) ?? []
  const [, code] = /status: (?!NOERROR)([A-Z]+)/.exec(text) ?? []
  return tsigError ?? code ?? `${records(text).length} records`
}
