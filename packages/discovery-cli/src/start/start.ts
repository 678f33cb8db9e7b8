#!/usr/bin/env node
import { writeSync } from 'node:fs'
import { Bundle } from './bundle.js'

/** The exit code of an internal error, as in sysexits(3). */
const FAULT = 70

// Node.js ends with 1 after an unhandled error. All that can fail is loaded from here on, by a file that is small
// enough to be read whole or not at all.
process.exitCode = FAULT
try {
  // The bundle is of CommonJS, where these two are given.
  new Bundle(__dirname, require, fail).load('main.cjs')
} catch (error) {
  fail(error)
}

/** Ends the process: a program of which a part is missing must not answer, however little of it is needed. */
function fail(error: unknown): never {
  try {
    const { message, stack } = error instanceof Error ? error : new Error(String(error))
    const text = process.argv.includes('--debug') ? (stack ?? message) : message
    writeSync(2, `pstorage-discovery: cannot load the program: ${text.replaceAll(/[^\n -~]/g, '?')}\n`)
  } finally {
    process.exit(FAULT)
  }
}
