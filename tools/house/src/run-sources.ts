import { register } from 'node:module'

// Loaded with `node --import`: what is imported afterwards is read by these hooks.
register('./source-hooks.js', import.meta.url)
