#!/usr/bin/env node
import process from 'node:process'
import { exitCodeOfSignal, exitCodes } from './exit-code.js'
import { faultText, runCli } from './run.js'

/** How long, in milliseconds, an interrupted run may take to let go of its sockets. */
const GRACE = 500

const { env, stdout, stderr } = process
const argv = process.argv.slice(2)
const interruption = new AbortController()

// A second signal finds the default action again, and ends the process at once.
function interrupt(signal: 'SIGINT' | 'SIGTERM'): void {
  process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt)
  interruption.abort(signal)
  setTimeout(() => process.exit(exitCodeOfSignal(signal)), GRACE).unref()
}

function failAtOnce(error: unknown): void {
  const text = `pstorage-discovery: ${faultText(error, { env, debug: argv.includes('--debug') })}\n`
  stderr.write(text, () => process.exit(exitCodes.fault))
}

process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
process.once('uncaughtException', failAtOnce)

// Stays so when the run never settles and the process ends for want of anything to wait for.
process.exitCode = exitCodes.fault
runCli({ argv, env, stdout, stderr, signal: interruption.signal }).then((code) => {
  process.exitCode = code
}, failAtOnce)
