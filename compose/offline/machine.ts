import { existsSync, globSync, readFileSync } from 'node:fs'

const bundle = '/etc/ssl/certs/ca-certificates.crt'

/** The authorities that this machine trusts beside Debian's own: those of the site's proxy, say. */
export function ownCertificates(): readonly string[] {
  const known = new Set(
    globSync('/usr/share/ca-certificates/**/*.crt').flatMap((file) => certificatesIn(file)),
  )
  return certificatesIn(bundle).filter((pem) => !known.has(pem))
}

function certificatesIn(file: string): string[] {
  if (!existsSync(file)) return []
  const pems = readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END .+-----/g)
  return (pems ?? []).map((pem) => `${pem}\n`)
}

/** Where this machine takes Debian's packages from, updates of its security included. */
export const packageSources = (): readonly string[] =>
  globSync('/etc/apt/sources.list.d/debian*.sources')
