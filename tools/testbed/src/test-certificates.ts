import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { certificateAuthority } from './certificate-authority.js'
import type { ServerCertificate } from './server-certificate.js'

/** Options of {@link testCertificates}. */
export interface TestCertificatesOptions {
  /** The domain name in them; default `ns.pstorage.test`. */
  readonly name?: string
  /** The addresses in them; default `['127.0.0.1', '::1']`. */
  readonly addresses?: readonly string[]
}

/** Throw-away certificates, each with at most one thing wrong. */
export interface TestCertificates extends AsyncDisposable {
  /** The certificate of the authority that clients of the tests trust. */
  readonly caFile: string
  /** The certificate of the authority that has issued `otherCa`. */
  readonly otherCaFile: string
  /** For the name alone. */
  readonly byName: ServerCertificate
  /** For the addresses alone. */
  readonly byAddress: ServerCertificate
  /** For name and addresses, over since yesterday. */
  readonly expired: ServerCertificate
  /** For name and addresses, of an authority with the same name that is not trusted. */
  readonly otherCa: ServerCertificate
  /** Removes all files. */
  [Symbol.asyncDispose](): Promise<void>
}

const day = 86_400_000

/**
 * Makes two authorities and what they issue, with `openssl`, in a temporary directory. What is valid is so for a day.
 *
 * @throws Error when openssl is not installed (Debian: `openssl`) or fails.
 */
export async function testCertificates(options: TestCertificatesOptions = {}): Promise<TestCertificates> {
  const { name = 'ns.pstorage.test', addresses = ['127.0.0.1', '::1'] } = options
  const byName = [`DNS:${name}`]
  const byAddress = addresses.map((address) => `IP:${address}`)
  const both = [...byName, ...byAddress]
  const now = Date.now()
  // A clock that is a little behind ours is no fault that a test asked for.
  const valid = { from: now - day / 24, until: now + day }
  const directory = await mkdtemp(join(tmpdir(), 'pstorage-certificates-'))
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true })
  try {
    const ca = await certificateAuthority(join(directory, 'ca'), 'Test authority')
    const other = await certificateAuthority(join(directory, 'other-ca'), 'Test authority')
    return {
      caFile: ca.certificateFile,
      otherCaFile: other.certificateFile,
      byName: await ca.issue({ file: 'by-name', subjects: byName, ...valid }),
      byAddress: await ca.issue({ file: 'by-address', subjects: byAddress, ...valid }),
      expired: await ca.issue({ file: 'expired', subjects: both, from: now - 2 * day, until: now - day }),
      otherCa: await other.issue({ file: 'other', subjects: both, ...valid }),
      [Symbol.asyncDispose]: remove,
    }
  } catch (error) {
    await remove()
    throw error
  }
}
