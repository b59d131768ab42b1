import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../../test/stack/src/jars.ts'

/** The folder of a package that brings all it needs with it, fetched once; npm looks at its sum. */
export async function fetchPackage(nameAndVersion: string): Promise<string> {
  const folder = join(cacheFolder(), 'offline', nameAndVersion)
  const found = join(folder, 'package')
  if (existsSync(found)) return found
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const packed = execFileSync('npm', ['pack', '--silent', nameAndVersion], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  execFileSync('tar', ['-xzf', packed.trim()], { cwd: folder })
  return found
}
