import { brokenBinds } from './broken-binds.js'
import { brokenHosts } from './broken-hosts.js'
import { brokenLists } from './broken-lists.js'
import { brokenServers } from './broken-servers.js'
import type { BrokenSetup } from './broken-setup.js'
import { brokenZones } from './broken-zones.js'

/** Set-ups with one fault each that need nothing but loopback. */
export const brokenSetups: readonly BrokenSetup[] = [...brokenZones, ...brokenLists, ...brokenServers]

/** The same with real name servers, and on hosts of their own: they need root on Linux. */
export const brokenRealSetups: readonly BrokenSetup[] = [...brokenBinds, ...brokenHosts]
