/** The octets of an IPv4 or IPv6 address, of 4 or 16; a zone is left out. */
export function addressOctets(address: string): Uint8Array {
  const [text = ''] = address.split('%')
  return Uint8Array.from(text.includes(':') ? octetsOfIPv6(text) : octetsOfIPv4(text))
}

function octetsOfIPv4(text: string): number[] {
  return text.split('.').map(Number)
}

function octetsOfIPv6(text: string): number[] {
  const [front = '', back] = text.split('::')
  const [head, tail] = [octetsOfGroups(front), octetsOfGroups(back ?? '')]
  return [...head, ...Array<number>(16 - head.length - tail.length).fill(0), ...tail]
}

function octetsOfGroups(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return octetsOfIPv4(group)
    const number = Number.parseInt(group, 16)
    return [number >> 8, number & 0xff]
  })
}
