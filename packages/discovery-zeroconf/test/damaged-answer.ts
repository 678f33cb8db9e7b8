import { multicastResponse } from './multicast-response.js'

/** An answer about our service that ends too early. */
export const damagedAnswer: Uint8Array = multicastResponse([
  { name: '_pstorage._tcp.local', type: 'PTR', target: 'mds1._pstorage._tcp.local', rdlength: 200 },
])
