import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'

type Require = (id: string) => unknown
/** Gets the error of a file that cannot be loaded. */
type Fail = (error: unknown) => never
/** A CommonJS file as a function. */
type Run = (exports: unknown, require: Require, module: { exports: unknown }, file: string, folder: string) => void

/**
 * The CommonJS files of a bundle, run with code that was compiled before: compiling is a third of the time to start (row cli-resolve of the
 * bench).
 *
 * Compiled code is valid for exactly the release of Node.js that has compiled it, and for the source that it was compiled from. V8
 * refuses it where its version or its flags differ, and compiles anew. Of the source it compares only the length, and it does not
 * look for damage: with one octet changed it may crash, run for ever, or run something else. So a file of compiled code holds
 * the source, and the compiled code twice; it is used where all of them are as they should be. Comparing costs less than a checksum.
 *
 * Each file ends with the build that it belongs to, and is refused beside one of another build, as an upgrade leaves behind that
 * was cut short.
 */
export class Bundle {
  readonly #folder: string
  readonly #require: Require
  readonly #fail: Fail
  readonly #modules = new Map<string, { exports: unknown }>()
  readonly #scripts = new Map<string, Script>()

  /** The build of the first file that was loaded. */
  #build: string | undefined

  /** `require` is that of a file in the folder; `fail` is called whenever a file cannot be loaded. */
  constructor(folder: string, require: Require, fail: Fail) {
    this.#folder = folder
    this.#require = require
    this.#fail = fail
  }

  /** Set where V8 took all compiled code that there was, and there was some. */
  get isCompiled(): boolean {
    const rejected = new Set([...this.#scripts.values()].map(({ cachedDataRejected }) => cachedDataRejected))
    return rejected.has(false) && !rejected.has(true)
  }

  /** Returns the exports of a file, which is run when it is loaded for the first time. */
  load(name: string): unknown {
    const loaded = this.#modules.get(name)
    if (loaded !== undefined) return loaded.exports
    try {
      return this.#run(name)
    } catch (error) {
      return this.#fail(error)
    }
  }

  #run(name: string): unknown {
    const file = join(this.#folder, name)
    const script = this.#script(name, file)
    const module = { exports: {} as unknown }
    this.#scripts.set(name, script)
    this.#modules.set(name, module)
    const run = script.runInThisContext() as Run // the function that the script is
    const require: Require = (id) => (id.startsWith('./') ? this.load(id.slice(2)) : this.#require(id))
    run(module.exports, require, module, file, this.#folder)
    return module.exports
  }

  /** Stores the compiled code of all that was loaded. */
  keep(): void {
    mkdirSync(this.#compiled, { recursive: true })
    for (const [name, script] of this.#scripts) {
      const compiled = script.createCachedData()
      const source = readFileSync(join(this.#folder, name))
      writeFileSync(join(this.#compiled, name), Buffer.concat([source, compiled, compiled]))
    }
  }

  get #compiled(): string {
    return join(this.#folder, 'compiled', `${process.version}-${process.platform}-${process.arch}-${this.#build}`)
  }

  #script(name: string, filename: string): Script {
    const octets = readFileSync(filename)
    // The build writes ASCII alone, which is the quickest to read (row cli-resolve of the bench).
    const source = octets.toString('latin1')
    const build = buildOf(source, filename)
    this.#build ??= build
    if (build !== this.#build) throw new Error(`${filename} is of another build: install the program again`)
    const cachedData = this.#compiledBefore(name, octets)
    return new Script(source, cachedData === undefined ? { filename } : { filename, cachedData })
  }

  #compiledBefore(name: string, source: Buffer): Buffer | undefined {
    try {
      const file = readFileSync(join(this.#compiled, name))
      const middle = source.length + (file.length - source.length) / 2
      const compiled = file.subarray(source.length, middle)
      const isWhole = file.subarray(0, source.length).equals(source) && file.subarray(middle).equals(compiled)
      return isWhole ? compiled : undefined
    } catch {
      return undefined
    }
  }
}

/** Reads the last line of a file: `//BUILD`. @throws Error where it has none: not all of the file is there */
function buildOf(source: string, filename: string): string {
  const [, build] = /\n\/\/([0-9a-f]{16})\n$/.exec(source.slice(-20)) ?? []
  if (build === undefined) throw new Error(`the end of ${filename} is missing: install the program again`)
  return build
}
