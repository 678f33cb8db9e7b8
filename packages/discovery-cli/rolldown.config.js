import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Bundles what tsc has built into the executable that is installed. How soon a command answers is how many files and modules
 * of Node.js it loads, and how large they are: so there is one file for help and command lines, one for queries, one for each
 * backend and others for what is seldom needed, and what Node.js brings is loaded when it is first used. CommonJS, as Node.js 20
 * takes a quarter of its start to load its loader of ES modules.
 *
 * @type {import('rolldown').RolldownOptions}
 */
export default {
  input: { 'pstorage-discovery': 'dist/start/start.js', main: 'dist/main.js' },
  platform: 'node',
  preserveEntrySignatures: false,
  // Modules that are imported both ways belong to the file that has them anyway.
  checks: { ineffectiveDynamicImport: false },
  plugins: [builtinsWhenUsed(), inAscii(), licencesOfOthers(), buildAtTheEnd()],
  output: {
    dir: 'dist/command',
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    cleanDir: true,
    // The functions that the files are to Node.js, so that they need not be copied to become that: the start loads them itself.
    postBanner: ({ name }) =>
      name === 'pstorage-discovery' ? '' : '(function (exports, require, module, __filename, __dirname) {',
    postFooter: ({ name }) => (name === 'pstorage-discovery' ? '' : '\n})'),
    // Comments and white space take time to read; names stay, for the stacks of faults.
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        // What only the doctor and the linters need.
        { name: 'dns-checks', test: /discovery-dns\/dist\/checks\// },
        { name: 'zeroconf-checks', test: /discovery-zeroconf\/dist\/checks\// },
        { name: 'dns-message', test: /dns-message\/(?!dist\/tsig\/)/ },
        // What only some commands need, and what only zone transfers and secured channels do.
        {
          name: 'other-commands',
          test: /discovery-cli\/dist\/(completion\/|doctor\/|zone\/|query\/(state-delivery|collect-clusters|writing-obstacles)|commands\/(discover\/long-list|(?!discover\/|resolve\/)[\w-]+\/(?!spec)))|discovery-core\/dist\/(checks|retain|watch)\//,
        },
        {
          name: 'dns-transfers',
          test: /discovery-dns\/dist\/(transfer\/|transport\/(tls\/(?!tls-options)|message-framing)|lookup\/find-zone|config\/(key-file|tsig-key))|dns-message\/dist\/tsig\//,
        },
        // What a resolve by UDP from given servers does without.
        {
          name: 'other-lookups',
          test: /discovery-dns\/dist\/(config\/(read-resolv-conf|system-settings|resolv-conf|intended-domains|option-file)|lookup\/(confirm-denial|txt-lookup)|transport\/(connection|tcp-transport)\.)/,
        },
        { name: 'zeroconf', test: /discovery-zeroconf|multicast-dns|dns-packet|ip-codec|thunky/ },
        { name: 'dns', test: /discovery-dns\// },
        { name: 'bootstrap', test: /discovery-bootstrap/ },
        // What a query needs only with options.
        {
          name: 'other-queries',
          test: /discovery-cli\/dist\/(output\/(json|table|endpoint-files)|query\/(wait-for-cluster|probe-endpoints)|commands\/discover\/run)|discovery-core\/dist\/(probe\/|model\/destination-rank|compose\/merge-of)/,
        },
        // What help does without. The main file imports nothing of it, or the runtime of the bundle becomes one more file.
        {
          name: 'query',
          test: /discovery-cli\/dist\/(query|output|terminal\/(reporter|summary|attempt-line)|commands\/resolve\/run)|discovery-core\/dist\/(?!model\/(cluster-name|endpoint|ip-address)\.|runtime\/(text|option-checks|discovery-error)\.|query\/resolver\.)/,
        },
        { name: 'main', test: /(?<!dist\/start\/(?:start|bundle)\.js)$/ },
      ],
    },
  },
}

/** Loads the modules of Node.js when they are first used: `tls` alone takes a sixth of the time in which Node.js starts. */
function builtinsWhenUsed() {
  const declaration = /^(?:let|const) (\w+) = require\("(node:[\w/]+|\.\/[\w-]+\.cjs)"\);$/gm
  return {
    name: 'builtins-when-used',
    renderChunk(code) {
      let changed = code
      for (const [line, name, id] of code.matchAll(declaration)) {
        const rest = changed.replace(line, '')
        const isOnlyLookedInto = !new RegExp(`\\b${name}\\b(?!\\.)`).test(rest)
        if (!isOnlyLookedInto) continue
        const used = rest
          .replaceAll(new RegExp(`\\bnew ${name}\\.([\\w$]+)`, 'g'), `new (${name}().$1)`)
          .replaceAll(new RegExp(`\\b${name}\\.`, 'g'), `${name}().`)
        changed = `${used}\nvar ${name}$loaded;\nfunction ${name}() { return (${name}$loaded ??= require("${id}")) }\n`
      }
      return changed
    },
  }
}

/** Writes all other characters as escapes: with one of them, V8 keeps and reads a file with two octets a character (row cli-resolve of the bench). */
function inAscii() {
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  return {
    name: 'in-ascii',
    // Not earlier, as minifying writes the characters themselves.
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk') chunk.code = chunk.code.replace(/[\u0080-\uffff]/g, escaped)
      }
    },
  }
}

/** Ends each file that the start loads with a line that says which build it belongs to. */
function buildAtTheEnd() {
  return {
    name: 'build-at-the-end',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter(({ type, name }) => type === 'chunk' && name !== 'pstorage-discovery')
      const hash = createHash('sha256')
      for (const { fileName, code } of chunks.toSorted((left, right) => (left.fileName < right.fileName ? -1 : 1))) {
        hash.update(`${fileName} ${code.length} ${code}`)
      }
      const build = hash.digest('hex').slice(0, 16)
      for (const chunk of chunks) chunk.code = `${chunk.code.trimEnd()}\n//${build}\n`
    },
  }
}

/** Writes the licences of the packages of others that are in the bundle, as these ask for. */
function licencesOfOthers() {
  return {
    name: 'licences-of-others',
    generateBundle(_, bundle) {
      const files = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds)
      const folders = new Set(files.flatMap((file) => folderOfPackage(file) ?? []))
      const texts = [...folders].sort().map((folder) => {
        const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
        const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
        const text = file === undefined ? `License: ${license}` : readFileSync(join(folder, file), 'utf8').trim()
        return `${name} ${version}\n\n${text}\n`
      })
      this.emitFile({ type: 'asset', fileName: 'LICENSES.txt', source: texts.join('\n----\n\n') })
    },
  }
}

/** The folder of the package that a file of node_modules belongs to. */
function folderOfPackage(file) {
  const [, folder] = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(`${dirname(file)}/`) ?? []
  return folder
}
