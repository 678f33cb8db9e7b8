export { type InstalledNode, installNode } from './install-node.js'
