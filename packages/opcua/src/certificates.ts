import { X509Certificate } from 'node:crypto'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { MlaError } from '@mla/model'
import { OPCUACertificateManager } from 'node-opcua-certificate-manager'

/**
 * Our certificate store, a folder as node-opcua-pki lays it out: `own/` with our key pair,
 * `trusted/certs/`, `issuers/`, `rejected/`. Read anew at each opening, so that a certificate an
 * operator has moved counts at the next attempt to connect.
 */
export interface CertificateStore {
  readonly manager: OPCUACertificateManager
  readonly ownCertificate: string
  /** The error for an untrusted server, if that is why a connection failed. */
  untrusted(endpoint: string, cause: unknown): Promise<MlaError | null>
}

export async function openCertificateStore(folder: string): Promise<CertificateStore> {
  await mkdir(folder, { recursive: true })
  const manager = new OPCUACertificateManager({ rootFolder: folder, disableFileWatchers: true })
  let refused: { readonly certificate: Uint8Array; readonly status: string } | null = null
  const check = manager.checkCertificate.bind(manager)
  const remember = async (given: Buffer | Buffer[]): Promise<unknown> => {
    const status = await check(given)
    const certificate = Array.isArray(given) ? given[0] : given
    refused = status.isGood() || !certificate ? null : { certificate, status: status.name }
    return status
  }
  Object.defineProperty(manager, 'checkCertificate', { value: remember })
  return {
    manager,
    ownCertificate: join(folder, 'own', 'certs', 'client_certificate.pem'),
    async untrusted(endpoint, cause) {
      return refused && explain(folder, endpoint, refused.certificate, refused.status, cause)
    },
  }
}

async function explain(
  folder: string,
  endpoint: string,
  certificate: Uint8Array,
  status: string,
  cause: unknown,
): Promise<MlaError> {
  const { subject, fingerprint, validTo } = new X509Certificate(certificate)
  const thumbprint = fingerprint.replaceAll(':', '').toLowerCase()
  const rejected = join(folder, 'rejected')
  const names = await readdir(rejected).catch(() => [])
  const name = names.find((one) => one.toLowerCase().includes(thumbprint))
  const cure = name
    ? `to trust it, move ${join(rejected, name)} to ${join(folder, 'trusted', 'certs')}/`
    : `valid until ${validTo}`
  const who = `certificate "${subject.replaceAll('\n', ', ')}" (SHA-1 ${thumbprint})`
  return new MlaError('SOURCE_UNTRUSTED', `${endpoint}: ${who}: ${status}; ${cure}`, {
    cause,
    details: { endpoint, status, thumbprint },
  })
}
