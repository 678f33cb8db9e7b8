import type { Message, Name, ResourceRecord } from '../src/index.js'

/**
 * All names of a message in the order in which they stand, each followed octet by octet and pointer by pointer with no memory of
 * the others: slow, trusting, and a second opinion on messages that the reader has accepted.
 */
export function plainNames(bytes: Uint8Array): Name[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const names: Name[] = []
  let at = 12

  const passName = (): void => {
    names.push(plainName(view, at))
    while (view.getUint8(at) !== 0 && view.getUint8(at) < 0xc0) {
      at += view.getUint8(at) + 1
    }
    at += view.getUint8(at) === 0 ? 1 : 2
  }

  for (let left = view.getUint16(4); left > 0; left--) {
    passName()
    at += 4
  }
  for (let left = view.getUint16(6) + view.getUint16(8) + view.getUint16(10); left > 0; left--) {
    passName()
    const type = view.getUint16(at)
    const recordClass = view.getUint16(at + 2) & 0x7fff
    const end = at + 10 + view.getUint16(at + 8)
    at += 10 + (type === 33 ? 6 : 0)
    const named =
      type === 33 ? recordClass === 1 : [2, 5, 6, 12].includes(type) && recordClass !== 254 && recordClass !== 255
    for (let count = named ? (type === 6 ? 2 : 1) : 0; count > 0; count--) {
      passName()
    }
    at = end
  }
  return names
}

function plainName(view: DataView, start: number): Name {
  const labels: string[] = []
  let at = start
  for (let size = view.getUint8(at); size !== 0; size = view.getUint8(at)) {
    if (size >= 0xc0) {
      at = view.getUint16(at) & 0x3fff
    } else {
      let label = ''
      for (let i = 1; i <= size; i++) {
        label += String.fromCharCode(view.getUint8(at + i))
      }
      labels.push(label)
      at += size + 1
    }
  }
  return labels
}

/** The same names out of a message that the reader has read. */
export function namesOf(message: Message): Name[] {
  return [
    ...message.questions.map((question) => question.name),
    ...[...message.answers, ...message.authorities, ...message.additionals].flatMap(namesOfRecord),
  ]
}

function namesOfRecord({ name, data }: ResourceRecord): Name[] {
  switch (data.kind) {
    case 'NS':
    case 'CNAME':
    case 'PTR':
    case 'SRV':
      return [name, data.target]
    case 'SOA':
      return [name, data.mname, data.rname]
    default:
      return [name]
  }
}
