import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findProgram } from './find-program.js'
import { readServerCertificate, type ServerCertificate } from './server-certificate.js'

/** The contents of a certificate. */
export interface CertificateRequest {
  /** The file name of certificate and key, without the ending. */
  readonly file: string
  /** `DNS:name` and `IP:address` (RFC 5280 section 4.2.1.6). */
  readonly subjects: readonly string[]
  /** Milliseconds since 1970; rounded down to a second. */
  readonly from: number
  /** Milliseconds since 1970; rounded down to a second. */
  readonly until: number
}

/** An authority that lives in a directory and that only tests trust. */
export interface CertificateAuthority {
  /** The path of its own certificate, in PEM. */
  readonly certificateFile: string
  issue(request: CertificateRequest): Promise<ServerCertificate>
}

const run = promisify(execFile)
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc']

/**
 * Makes an authority with `openssl`, valid for a day.
 *
 * @throws Error when openssl is not installed or fails.
 */
export async function certificateAuthority(directory: string, name: string): Promise<CertificateAuthority> {
  const program = await findProgram({ name: 'openssl', debianPackage: 'openssl' })
  const openssl = (...args: readonly string[]) => run(program, args)
  const inDirectory = (file: string): string => join(directory, file)
  const config = inDirectory('openssl.conf')
  const own = { certificateFile: inDirectory('ca.pem'), keyFile: inDirectory('ca-key.pem') }

  await mkdir(directory)
  await writeFile(config, opensslConfig(directory))
  await writeFile(inDirectory('index'), '')
  const ownArgs = ['-subj', `/CN=${name}`, '-days', '1', '-out', own.certificateFile, '-keyout', own.keyFile]
  await openssl('req', '-config', config, '-x509', '-extensions', 'authority', ...newKey, ...ownArgs)

  return {
    certificateFile: own.certificateFile,
    async issue({ file, subjects, from, until }) {
      const [request, certificate, key] = [
        inDirectory(`${file}.csr`),
        inDirectory(`${file}.pem`),
        inDirectory(`${file}-key.pem`),
      ]
      const names = ['-subj', `/CN=${file}`, '-addext', `subjectAltName=${subjects.join(',')}`]
      await openssl('req', '-config', config, ...newKey, ...names, '-out', request, '-keyout', key)
      // Unlike the other commands that sign, this one takes dates in every version.
      const signer = ['-cert', own.certificateFile, '-keyfile', own.keyFile]
      const dates = ['-startdate', opensslDate(from), '-enddate', opensslDate(until)]
      const files = ['-in', request, '-out', certificate]
      await openssl('ca', '-config', config, '-batch', '-notext', ...signer, ...dates, ...files)
      return readServerCertificate(certificate, key)
    },
  }
}

function opensslConfig(directory: string): string {
  return `
[ca]
default_ca = default
[default]
new_certs_dir = ${directory}
database = ${join(directory, 'index')}
rand_serial = yes
unique_subject = no
default_md = sha256
policy = policy
copy_extensions = copy
x509_extensions = server
[policy]
commonName = supplied
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
[req]
distinguished_name = name
[name]
`
}

/** `YYYYMMDDHHMMSSZ`. */
function opensslDate(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replaceAll(/\D/g, '')}Z`
}
