import { type Message, nameToText, type ResourceRecord, recordTypeName } from '@pstorage/dns-message'

/** A record on one line as dig prints it, without the class: `s1.pstorage.test 3600 A 192.168.100.1`. */
export function recordText(record: ResourceRecord): string {
  return `${nameToText(record.name)} ${record.ttl} ${recordTypeName(record.type)} ${dataText(record)}`
}

/** The sections of a response as lists of lines, the OPT record left out. */
export function sectionsText(message: Message): { answers: string[]; authorities: string[]; additionals: string[] } {
  return {
    answers: message.answers.map(recordText),
    authorities: message.authorities.map(recordText),
    additionals: message.additionals.filter(({ data }) => data.kind !== 'OPT').map(recordText),
  }
}

function dataText({ data }: ResourceRecord): string {
  switch (data.kind) {
    case 'A':
    case 'AAAA':
      return data.address
    case 'NS':
    case 'CNAME':
    case 'PTR':
      return nameToText(data.target)
    case 'TXT':
      return data.strings.map((string) => JSON.stringify(Buffer.from(string).toString('latin1'))).join(' ')
    case 'SRV':
      return `${data.priority} ${data.weight} ${data.port} ${nameToText(data.target)}`
    case 'SOA':
      return [
        nameToText(data.mname),
        nameToText(data.rname),
        data.serial,
        data.refresh,
        data.retry,
        data.expire,
        data.minimum,
      ].join(' ')
    case 'OPT':
      return data.options.map(({ code }) => code).join(' ')
    case 'opaque':
      return Buffer.from(data.bytes).toString('hex')
  }
}
