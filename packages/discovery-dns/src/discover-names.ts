import { type Name, nameToText } from '@pstorage/dns-message'
import type { DnsContext } from './dns-context.js'
import { transferNames } from './transfer-lookup.js'
import { lookUpNames } from './txt-lookup.js'

/** Lists the clusters of all search domains at once: by TXT, and by zone transfer as the mode says. */
export async function discoverNames(context: DnsContext): Promise<void> {
  await Promise.all(context.settings.domains.map((domain) => discoverIn(context, domain)))
}

async function discoverIn(context: DnsContext, domain: Name): Promise<void> {
  const { axfr, question } = context
  if (axfr === 'always') {
    await Promise.all([lookUpNames(context, domain), transferNames(context, domain)])
    return
  }
  const result = await lookUpNames(context, domain)
  if (axfr === 'auto' && result === 'no names') return transferNames(context, domain)
  const why =
    axfr === 'never' ? 'switched off' : result === 'names' ? 'not needed: TXT has names' : 'TXT was not answered'
  question.asking({ method: 'dns-axfr', target: nameToText(domain) }).ended('skipped', { detail: why })
}
