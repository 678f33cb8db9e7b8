import { type AnnouncedService, hostId, hostName, serviceId, serviceText } from './service-claims.js'

/**
 * Numbers names until no two of our own are the same: long ones are cut, and may end alike.
 *
 * @param numbers the number of each name by its id, which this counts up
 * @param last the id of what gives way to all others, where one does
 */
export function separateNames(
  services: readonly AnnouncedService[],
  numbers: Map<string, number>,
  last?: string,
): void {
  const names = [
    ...services.map((service) => ({ id: serviceId(service), name: () => serviceText(service, numbers) })),
    ...services.map(({ host }) => ({ id: hostId(host), name: () => hostName(host, numbers).join('.') })),
  ]
  const owners = new Map<string, string>()
  for (const { id, name } of names.toSorted((a, b) => Number(a.id === last) - Number(b.id === last))) {
    while ((owners.get(key(name())) ?? id) !== id) numbers.set(id, (numbers.get(id) ?? 1) + 1)
    owners.set(key(name()), id)
  }
}

/** Names compare without the case of ASCII letters. */
function key(name: string): string {
  return name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
