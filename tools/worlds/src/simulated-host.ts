import dgram from 'node:dgram'
import fs from 'node:fs'
import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import os from 'node:os'
import timers from 'node:timers/promises'
import { SimulatedFiles } from './simulated-files.js'
import type { SimulatedNetwork } from './simulated-network.js'
import { SimulatedTcpSocket, type TcpConnectOptions } from './simulated-tcp-socket.js'
import { SimulatedUdpSocket } from './simulated-udp-socket.js'
import type { BootstrapState, MulticastState } from './world.js'

/** The state of the host in one world. */
export interface HostPlan {
  readonly network: SimulatedNetwork
  readonly bootstrap: BootstrapState
}

/**
 * Puts simulated sockets, files and interfaces in the place of those of Node.js, for this thread and whatever it has loaded:
 * the resolvers run as they are. Files that no resolver reads stay real.
 */
export class SimulatedHost {
  readonly #real = {
    globals: { setTimeout, setInterval, clearTimeout, clearInterval },
    process: { uptime: process.uptime },
    dgram: { createSocket: dgram.createSocket },
    net: { connect: net.connect, createConnection: net.createConnection },
    os: { networkInterfaces: os.networkInterfaces },
    fs: { readFileSync: fs.readFileSync, watch: fs.watch },
    timers: { setImmediate: timers.setImmediate },
    promises: {
      lstat: promises.lstat,
      open: promises.open,
      opendir: promises.opendir,
      readdir: promises.readdir,
      readFile: promises.readFile,
      realpath: promises.realpath,
      stat: promises.stat,
    },
  }
  readonly #files = new SimulatedFiles(this.#real)
  #plan: HostPlan | undefined

  /** Takes the place of the real one. */
  install(): void {
    Object.assign(dgram, { createSocket: (type: unknown) => new SimulatedUdpSocket(this.#network, type) })
    const connect = (options: TcpConnectOptions) => new SimulatedTcpSocket(this.#network, options)
    Object.assign(net, { connect, createConnection: connect })
    Object.assign(os, { networkInterfaces: () => interfacesOf(this.#network.multicast) })
    Object.assign(fs, this.#files.syncFunctions)
    // Nothing is done elsewhere meanwhile that could be waited for.
    Object.assign(timers, { setImmediate: async (value: unknown) => value })
    Object.assign(promises, this.#files.functions)
    syncBuiltinESMExports()
  }

  uninstall(): void {
    Object.assign(globalThis, this.#real.globals)
    Object.assign(process, this.#real.process)
    Object.assign(dgram, this.#real.dgram)
    Object.assign(net, this.#real.net)
    Object.assign(os, this.#real.os)
    Object.assign(fs, this.#real.fs)
    Object.assign(timers, this.#real.timers)
    Object.assign(promises, this.#real.promises)
    syncBuiltinESMExports()
  }

  /** Makes it the host of another world, from now on. */
  become(plan: HostPlan): void {
    this.#plan = plan
    this.#files.become(plan.bootstrap, plan.network.multicast)
    plan.network.clock.install()
  }

  get #current(): HostPlan {
    if (this.#plan === undefined) throw new Error('the host is in no world yet')
    return this.#plan
  }

  get #network(): SimulatedNetwork {
    return this.#current.network
  }
}

const loopback = { address: '127.0.0.1', netmask: '255.0.0.0', family: 'IPv4', internal: true, cidr: '127.0.0.1/8' }
const ethernet = {
  address: '192.0.2.10',
  netmask: '255.255.255.0',
  family: 'IPv4',
  internal: false,
  cidr: '192.0.2.10/24',
}
const mac = '00:00:00:00:00:00'

function interfacesOf(multicast: MulticastState) {
  const lo = [{ ...loopback, mac }]
  return multicast === 'cannot' ? { lo } : { lo, eth0: [{ ...ethernet, mac }] }
}
