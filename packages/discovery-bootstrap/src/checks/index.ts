export { bootstrapChecks, type CheckBootstrapOptions, checkBootstrap } from './check-bootstrap.js'
