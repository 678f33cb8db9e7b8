import { type Name, nameKey, RecordType } from '@pstorage/dns-message'
import type { AddressRecord } from './multicast-record.js'
import { instanceListName, instanceName, SERVICE_TYPE } from './service-type.js'

/** What is asked of everybody on the link. */
export interface MulticastQuestion {
  readonly name: Name
  /** A value of `RecordType`. */
  readonly type: number
}

/** Which instances there are. */
export const BROWSE_QUESTION: MulticastQuestion = { name: SERVICE_TYPE, type: RecordType.PTR }

/** Which instances a subtype of the service has. */
export function subtypeQuestion(subtype: string): MulticastQuestion {
  return { name: instanceListName(subtype), type: RecordType.PTR }
}

/** What an instance says about itself. */
export function textQuestion(label: string): MulticastQuestion {
  return { name: instanceName(label), type: RecordType.TXT }
}

/** Where an instance listens. */
export function serviceQuestion(label: string): MulticastQuestion {
  return { name: instanceName(label), type: RecordType.SRV }
}

/** The addresses of a host, of both families. */
export function addressQuestions(host: Name): readonly MulticastQuestion[] {
  return [RecordType.A, RecordType.AAAA].map((type) => ({ name: host, type }))
}

/** An address of a host, of the family of one that is known. */
export function addressQuestion({ kind, host }: Pick<AddressRecord, 'kind' | 'host'>): MulticastQuestion {
  return { name: host, type: RecordType[kind] }
}

/** Whether a question is for a list of instances. */
export function isListQuestion({ type }: MulticastQuestion): boolean {
  return type === RecordType.PTR
}

/** The subtype whose list is asked for; `undefined` for that of the service itself. */
export function listedSubtype({ name }: MulticastQuestion): string | undefined {
  return name.length > SERVICE_TYPE.length ? name[0] : undefined
}

/** The same for equal questions. */
export function questionKey({ name, type }: MulticastQuestion): string {
  return `${type} ${nameKey(name)}`
}

export function sameQuestion(one: MulticastQuestion, other: MulticastQuestion): boolean {
  return questionKey(one) === questionKey(other)
}
