import { type Name, nameKey, RecordType } from '@pstorage/dns-message'
import type { AddressRecord } from './multicast-record.js'
import { instanceListName, instanceName, SERVICE_TYPE } from './service-type.js'

/** A question to the group. */
export interface MulticastQuestion {
  readonly name: Name
  /** A value of `RecordType`. */
  readonly type: number
}

/** Question for the instances of the service. */
export const BROWSE_QUESTION: MulticastQuestion = { name: SERVICE_TYPE, type: RecordType.PTR }

/** Returns the question for the instances of a subtype. */
export function subtypeQuestion(subtype: string): MulticastQuestion {
  return { name: instanceListName(subtype), type: RecordType.PTR }
}

/** Returns the question for the TXT record of an instance. */
export function textQuestion(label: string): MulticastQuestion {
  return { name: instanceName(label), type: RecordType.TXT }
}

/** Returns the question for the SRV record of an instance. */
export function serviceQuestion(label: string): MulticastQuestion {
  return { name: instanceName(label), type: RecordType.SRV }
}

/** Returns the questions for the addresses of a host, of both families. */
export function addressQuestions(host: Name): readonly MulticastQuestion[] {
  return [RecordType.A, RecordType.AAAA].map((type) => ({ name: host, type }))
}

/** Returns the question for an address of a host, of the family of a known one. */
export function addressQuestion({ kind, host }: Pick<AddressRecord, 'kind' | 'host'>): MulticastQuestion {
  return { name: host, type: RecordType[kind] }
}

/** Tells whether a question is for a list of instances. */
export function isListQuestion({ type }: MulticastQuestion): boolean {
  return type === RecordType.PTR
}

/** Returns the subtype whose list is asked for; `undefined` for that of the service itself. */
export function listedSubtype({ name }: MulticastQuestion): string | undefined {
  return name.length > SERVICE_TYPE.length ? name[0] : undefined
}

/** Equal for equal questions. */
export function questionKey({ name, type }: MulticastQuestion): string {
  return `${type} ${nameKey(name)}`
}
