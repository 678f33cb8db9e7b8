import { DiscoveryError, type Warning } from '@pstorage/discovery-core'
import { TsigKey as SigningKey, type TsigKeyText } from '@pstorage/dns-message/tsig'
import { readKeyFile } from './key-file.js'
import { TsigKey } from './tsig-key.js'

/** The key that signs transfers: as it is written down, read before, or in a BIND key file. */
export type TsigKeyOption = TsigKeyText | TsigKey | { readonly file: string }

/** Source of the key. */
export type TransferKeySource = TsigKey | { readonly file: string }

/** Result of reading the key. */
export type TransferKey =
  | { readonly kind: 'key'; readonly key: TsigKey; readonly warnings: readonly Warning[] }
  | { readonly kind: 'failed'; readonly error: { readonly code: string; readonly message: string } }

/** @throws DiscoveryError `ERR_OPTION_INVALID` for what is no key; a file is not opened yet */
export function checkedTransferKey(option: TsigKeyOption | undefined): TransferKeySource | undefined {
  if (option === undefined || option instanceof SigningKey) return option
  if (typeof option !== 'object' || option === null) throw invalid('it must be { name, algorithm, secret } or { file }')
  if (!('file' in option)) return keyOf(option)
  if (typeof option.file !== 'string' || option.file === '') throw invalid('the file has no name')
  return { file: option.file }
}

/** Finds the key: a file is read anew for each question, so that a key can be changed. */
export async function readTransferKey(source: TransferKeySource): Promise<TransferKey> {
  if (source instanceof SigningKey) return { kind: 'key', key: source, warnings: [] }
  try {
    return { kind: 'key', ...(await readKeyFile(source.file)) }
  } catch (error) {
    // It throws nothing else, and its cause is an error of the system.
    const { cause, message } = error as DiscoveryError & { readonly cause: NodeJS.ErrnoException | undefined }
    const code = cause?.code ?? 'EKEYFILE'
    return { kind: 'failed', error: { code, message } }
  }
}

function keyOf(text: TsigKeyText): TsigKey {
  try {
    return new TsigKey(text)
  } catch (error) {
    // It throws nothing else.
    throw invalid((error as DiscoveryError).message)
  }
}

function invalid(message: string): DiscoveryError {
  return new DiscoveryError('ERR_OPTION_INVALID', `tsigKey: ${message}`)
}
