import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'

type Require = (id: string) => unknown
/** A CommonJS file as a function. */
type Run = (exports: unknown, require: Require, module: { exports: unknown }, file: string, folder: string) => void

/**
 * The CommonJS files of a bundle, run with what the compiler has made of them before: of a command that takes no longer than
 * Node.js itself to start, compiling is a third.
 *
 * What was compiled is good for the very release of Node.js that has compiled it. V8 refuses it where its version or its flags
 * differ, and compiles anew.
 */
export class Bundle {
  readonly #folder: string
  readonly #compiled: string
  readonly #require: Require
  readonly #modules = new Map<string, { exports: unknown }>()
  readonly #scripts = new Map<string, Script>()

  /** `require` is that of a file in the folder. */
  constructor(folder: string, require: Require) {
    this.#folder = folder
    this.#compiled = join(folder, 'compiled', `${process.version}-${process.platform}-${process.arch}`)
    this.#require = require
  }

  /** Whether this Node.js has compiled a file before. */
  isCompiled(name: string): boolean {
    return this.#compiledBefore(name) !== undefined
  }

  /** Whether all that was loaded was as it had been compiled before. */
  get isAllCompiled(): boolean {
    return [...this.#scripts.values()].every(({ cachedDataRejected }) => cachedDataRejected === false)
  }

  /** What a file exports, which is run when it is loaded for the first time. */
  load(name: string): unknown {
    const loaded = this.#modules.get(name)
    if (loaded !== undefined) return loaded.exports
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

  /** Keeps what the compiler has made by now of all that was loaded. */
  keep(): void {
    mkdirSync(this.#compiled, { recursive: true })
    for (const [name, script] of this.#scripts) writeFileSync(join(this.#compiled, name), script.createCachedData())
  }

  #script(name: string, filename: string): Script {
    const source = readFileSync(filename, 'utf8')
    const cachedData = this.#compiledBefore(name)
    return new Script(source, cachedData === undefined ? { filename } : { filename, cachedData })
  }

  #compiledBefore(name: string): Buffer | undefined {
    try {
      return readFileSync(join(this.#compiled, name))
    } catch {
      return undefined
    }
  }
}
