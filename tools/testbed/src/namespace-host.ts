import { execFile, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { NamespaceProcess } from './namespace-process.js'

/** The connection of a host to a link. */
export interface NamespacePlug {
  /** The name of the link. */
  readonly link: string
  /** Gives the interface an IPv4 address; default true. */
  readonly ipv4?: boolean
  /** Gives the interface IPv6, and so a link-local address; default false. */
  readonly ipv6?: boolean
  /** Sets the MULTICAST flag of the interface; default true. */
  readonly multicast?: boolean
}

/** One interface of a host, and the port of the bridge that it is wired to. */
export interface NamespaceWire extends NamespacePlug {
  readonly interface: string
  readonly bridge: string
  readonly port: string
  readonly address: string
}

/** The namespace and the interfaces of a host. */
export interface NamespaceHostOptions {
  readonly name: string
  readonly namespace: string
  /** The namespace of the bridges. */
  readonly bridges: string
  readonly wires: readonly NamespaceWire[]
}

/** A host of its own: a network namespace, and what runs in there. */
export class NamespaceHost {
  readonly name: string
  readonly namespace: string
  readonly #options: NamespaceHostOptions
  readonly #renumbered = new Map<string, string>()
  readonly #processes = new Set<NamespaceProcess>()

  constructor(options: NamespaceHostOptions) {
    this.name = options.name
    this.namespace = options.namespace
    this.#options = options
  }

  /** Returns the ports of the bridge of a link that it is connected to. */
  portsOn(link: string): readonly string[] {
    return this.#options.wires.filter((wire) => wire.link === link).map(({ port }) => port)
  }

  /** The IPv4 address of an interface. */
  address(name = 'eth0'): string {
    return this.#renumbered.get(name) ?? this.#wire(name).address
  }

  /** Gives an interface another IPv4 address instead, such as `203.0.113.7/32`. */
  async renumber(address: string, name = 'eth0'): Promise<void> {
    await this.run('ip', '-4', 'address', 'flush', 'dev', name)
    await this.run('ip', 'address', 'add', address, 'dev', name)
    this.#renumbered.set(name, address.replace(/\/.*$/, ''))
  }

  /** The link-local IPv6 address of an interface, without its zone. */
  async linkLocal(name = 'eth0'): Promise<string> {
    const text = await this.run('ip', '-6', '-o', 'address', 'show', 'dev', name, 'scope', 'link')
    const [, address] = /inet6 (fe80:[0-9a-f:]+)/.exec(text) ?? []
    if (address === undefined) throw new Error(`${name} of ${this.name} has no link-local address`)
    return address
  }

  /** Runs a command in there, and gives what it wrote. */
  async run(command: string, ...args: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)('ip', ['netns', 'exec', this.namespace, command, ...args])
    return stdout
  }

  /** Starts a program in there; it is stopped with the host. */
  start(command: string, ...args: readonly string[]): NamespaceProcess {
    const child = spawn('ip', ['netns', 'exec', this.namespace, command, ...args], {
      cwd: testbedRoot,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const running = new NamespaceProcess(`${command} on ${this.name}`, child)
    this.#processes.add(running)
    return running
  }

  /** Starts a module of Node.js in there: its code, which can import the testbed as it was built. */
  startModule(code: string, ...args: readonly string[]): NamespaceProcess {
    return this.start(process.execPath, '--input-type=module', '--eval', code, '--', ...args)
  }

  /** Makes every interface and plugs it in. */
  async wireUp(): Promise<void> {
    await this.run('ip', 'link', 'set', 'lo', 'up')
    for (const { interface: name } of this.#options.wires) await this.plugIn(name)
  }

  /** Makes an interface, as it was before if there was one, and plugs it in. */
  async plugIn(name = 'eth0'): Promise<void> {
    const { bridges, namespace } = this.#options
    const { port, bridge, address, ipv4 = true, ipv6 = false, multicast = true } = this.#wire(name)
    await ip('-n', namespace, 'link', 'add', 'name', name, 'type', 'veth', 'peer', 'name', port, 'netns', bridges)
    // Without detection of duplicates, which is not needed here and which takes a second.
    const settings = [`disable_ipv6=${ipv6 ? 0 : 1}`, 'accept_dad=0'].map((text) => `net.ipv6.conf.${name}.${text}`)
    for (const setting of settings) await this.run('sysctl', '-qw', setting)
    if (ipv4) await ip('-n', namespace, 'address', 'add', `${address}/24`, 'dev', name)
    if (!multicast) await ip('-n', namespace, 'link', 'set', name, 'multicast', 'off')
    await ip('-n', bridges, 'link', 'set', port, 'master', bridge)
    await ip('-n', bridges, 'link', 'set', port, 'up')
    await ip('-n', namespace, 'link', 'set', name, 'up')
    if (ipv6) await this.#untilLinkLocal(name)
  }

  /** Deletes an interface. */
  async unplug(name = 'eth0'): Promise<void> {
    await ip('-n', this.namespace, 'link', 'delete', name)
  }

  /** Cuts the cable of an interface, which the host itself sees as a loss of carrier. */
  async cut(name = 'eth0'): Promise<void> {
    await ip('-n', this.#options.bridges, 'link', 'set', this.#wire(name).port, 'down')
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#processes].map((running) => running.kill()))
  }

  async #untilLinkLocal(name: string): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const text = await this.run('ip', '-6', '-o', 'address', 'show', 'dev', name, 'scope', 'link')
      if (text.includes('fe80:') && !text.includes('tentative')) return
      // The system does not tell when the address is there.
      await sleep(50)
    }
    throw new Error(`${name} of ${this.name} got no link-local address`)
  }

  #wire(name: string): NamespaceWire {
    const wire = this.#options.wires.find((candidate) => candidate.interface === name)
    if (wire === undefined) throw new Error(`${this.name} has no interface ${name}`)
    return wire
  }
}

const testbedRoot = fileURLToPath(new URL('..', import.meta.url))

async function ip(...args: readonly string[]): Promise<void> {
  await promisify(execFile)('ip', args)
}
