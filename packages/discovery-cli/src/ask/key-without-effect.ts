import type { Warning } from '@pstorage/discovery-core'
import type { BackendSettings } from './backends.js'

/**
 * What to say of a key where the addresses of one cluster are asked for: zone transfers alone are signed, and those are asked for
 * names. It is taken all the same, so that commands can be given the same options.
 */
export function keyWithoutEffect({ tsigKeyFile }: BackendSettings): readonly Warning[] {
  if (tsigKeyFile === undefined) return []
  const message = '--tsig-key has no effect here: it signs zone transfers, and none is asked for addresses'
  return [{ code: 'option-without-effect', message }]
}
