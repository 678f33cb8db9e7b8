import { createRequire } from 'node:module'

/** The part of dns-packet that the rows use; the package brings no types. */
interface DnsPacket {
  decode(bytes: Uint8Array): unknown
  encode(packet: object): Uint8Array
}

const require = createRequire(import.meta.url)

export const dnsPacket: DnsPacket = require('dns-packet')

const manifest: { readonly version: string } = require('dns-packet/package.json')

export const dnsPacketName: string = `dns-packet ${manifest.version}`
