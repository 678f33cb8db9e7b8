import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const conditions = ['@pstorage/source', 'node', 'import', 'module', 'default']

// What runs on a host of its own, started by an interop test.
// biome-ignore lint/style/noDefaultExport: vitest takes nothing else
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: { include: ['*-between-hosts.ts'], testTimeout: 20_000 },
})
