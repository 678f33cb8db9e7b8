import { expect, it } from 'vitest'
import { hostInterfaces } from '../../src/link/host-interfaces.js'

it('lists loopback as it is: up, with its address, and on Linux without a MULTICAST flag', async () => {
  const interfaces = await hostInterfaces()
  const [loopback] = interfaces.filter((candidate) => candidate.loopback && candidate.ipv4.length > 0)
  expect(loopback).toMatchObject({ up: true, multicast: process.platform === 'linux' ? false : undefined })
  expect(loopback?.ipv4).toContainEqual({ address: '127.0.0.1', netmask: '255.0.0.0' })
  expect(new Set(interfaces.map(({ name }) => name)).size).toBe(interfaces.length)
})
