import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
export const storePassword = 'not-a-secret'

export interface Certificate {
  /** A PKCS#12 file with the key and the certificate. */
  readonly keystore: string
  /** The certificate, which is its own authority, as a client wants it. */
  readonly pem: string
}

/** Makes a certificate for 127.0.0.1 and localhost that is valid for ten days. */
export async function makeCertificate(keytool: string, folder: string): Promise<Certificate> {
  const keystore = join(folder, 'keystore.p12')
  const store = ['-keystore', keystore, '-storepass', storePassword, '-alias', 'server']
  await run(keytool, [
    ...['-genkeypair', '-keyalg', 'EC', '-storetype', 'PKCS12', '-validity', '10'],
    ...['-dname', 'CN=localhost', '-ext', 'san=ip:127.0.0.1,dns:localhost'],
    ...store,
  ])
  const { stdout } = await run(keytool, ['-exportcert', '-rfc', ...store])
  return { keystore, pem: stdout }
}
