import { addressQuestions, type MulticastQuestion, serviceQuestion, textQuestion } from './multicast-question.js'
import type { Instance, InstanceService } from './service-directory.js'

/** What has yet to be told of an instance before it is known which cluster it belongs to. */
export function missingText({ label, text }: Instance): readonly MulticastQuestion[] {
  return text === undefined ? [textQuestion(label)] : []
}

/** What has yet to be told of an instance before it is known where it listens, if it is one of the wanted. */
export function missingRecords(
  instance: Instance,
  isWanted: (instance: Instance) => boolean,
): readonly MulticastQuestion[] {
  const { label, text, services } = instance
  const service = services.length === 0 ? [serviceQuestion(label)] : []
  // Both at once: most instances that leave out one leave out the other.
  if (text === undefined) return [textQuestion(label), ...service]
  if (!isWanted(instance)) return []
  return [
    ...service,
    ...services.filter(isUnresolved).flatMap(({ service }) => addressQuestions(service.record.target)),
  ]
}

/** A target of the root says that there is no such service (RFC 2782). */
export function isWithdrawn({ service }: InstanceService): boolean {
  return service.record.target.length === 0
}

/** Whether nobody has told an address of the host yet. */
export function isUnresolved(service: InstanceService): boolean {
  return service.addresses.length === 0 && !isWithdrawn(service)
}
