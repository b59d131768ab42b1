import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from './jars.ts'

/**
 * A program of a Debian package, without installing it: Debian would start a daemon on its usual
 * port. One on the PATH is taken as it is; else the package is fetched once and unpacked.
 */
export function debianProgram(
  name: string,
  packageName = name,
  /** Folders of the package that the program looks for only where the package would put them. */
  fixed: readonly string[] = [],
): string {
  const onPath = (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, name))
  const found = onPath.find((path) => existsSync(path))
  if (found) return found
  const folder = join(cacheFolder(), `debian-${packageName}`)
  if (!existsSync(folder)) unpack(packageName, folder)
  const program = join(folder, 'usr/bin', name)
  if (!existsSync(program)) throw new Error(`${packageName} of Debian has no ${name}`)
  for (const path of fixed) putInPlace(join(folder, path), path, packageName)
  return program
}

function unpack(packageName: string, folder: string): void {
  mkdirSync(cacheFolder(), { recursive: true })
  const partial = mkdtempSync(join(cacheFolder(), 'debian-'))
  process.stderr.write(`Fetching ${packageName} from Debian\n`)
  try {
    const fetch = () =>
      execFileSync('apt-get', ['download', packageName], { cwd: partial, stdio: 'pipe' })
    try {
      fetch()
    } catch {
      // Without lists of packages, or with old ones; only root may renew them.
      execFileSync('apt-get', ['update', '-q'], { stdio: 'pipe' })
      fetch()
    }
    const [file = ''] = readdirSync(partial)
    execFileSync('dpkg-deb', ['-x', file, '.'], { cwd: partial })
    rmSync(join(partial, file))
    renameSync(partial, folder)
  } catch (cause) {
    rmSync(partial, { recursive: true, force: true })
    const cure = `On Debian install it with: sudo apt-get install ${packageName}`
    throw new Error(`Not on this machine: ${packageName}. ${cure}`, { cause })
  }
}

function putInPlace(unpacked: string, path: string, packageName: string): void {
  if (existsSync(path)) return
  try {
    cpSync(unpacked, path, { recursive: true })
  } catch (cause) {
    const cure = `Install it with: sudo apt-get install ${packageName}`
    throw new Error(`${packageName} needs ${path}, which only root can make. ${cure}`, { cause })
  }
}
