import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { hmiConfig } from '../config.ts'
import { openHmi } from '../hmi.fixture.ts'
import { accessSettingsOf, tlsOf } from './settings.ts'

test('with a certificate it speaks HTTPS, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mla-tls-'))
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-x509']
    execFileSync('openssl', ['req', ...kind, '-keyout', key, '-out', cert, ...subject], {
      stdio: 'ignore',
    })
    await using hmi = await openHmi({
      environment: { MLA_TLS_CERT: cert, MLA_TLS_KEY: key, MLA_HEALTH_PORT: '0' },
    })
    const ca = await readFile(cert)
    const url = `${hmi.url.replace('http', 'https')}/health/ready`
    const status = await new Promise((resolve, reject) => {
      const asked = request(url, { ca }, ({ statusCode }) => resolve(statusCode))
      asked.on('error', reject).end()
    })
    assert.equal(status, 200)
    await assert.rejects(fetch(`${hmi.url}/health/ready`))
  } finally {
    await rm(folder, { recursive: true })
  }
})

const wrong: [string, Record<string, string>, RegExp][] = [
  ['a certificate without its key', { MLA_TLS_CERT: 'x' }, /go together/],
  ['a file that is not there', { MLA_TLS_CERT: '/nowhere', MLA_TLS_KEY: '/nowhere' }, /nowhere/],
  ['a provider without its URL', { MLA_AUTH: 'oidc' }, /MLA_OIDC_ISSUER/],
  [
    'a role that there is not',
    { MLA_AUTH: 'oidc', MLA_OIDC_ISSUER: 'https://x.org', MLA_OIDC_ROLES: 'staff=king' },
    /staff=king/,
  ],
]
for (const [what, environment, message] of wrong) {
  test(`${what} is refused at the start`, () => {
    const settings = hmiConfig.parse(environment)
    const read = () => [tlsOf(settings), accessSettingsOf(settings)]
    assert.throws(read, { code: 'CONFIG_INVALID', message })
  })
}
