import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { findJava } from './java.ts'

interface Requirement {
  readonly name: string
  /** The Debian packages that bring it. */
  readonly debian: string
  isThere(): boolean
}

const runs = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0

/** What tests need of the machine beside Node and npm. */
export const requirements = {
  java: {
    name: 'Java 17',
    debian: 'openjdk-17-jre-headless',
    isThere: () => findJava() !== null,
  },
  maven: { name: 'Maven', debian: 'maven', isThere: () => existsOnPath('mvn') },
  chromium: {
    name: 'Chromium',
    debian: 'chromium',
    isThere: () => ['chromium', 'chromium-browser', 'google-chrome'].some(existsOnPath),
  },
  python: {
    name: 'Python 3 with venv',
    debian: 'python3 python3-venv',
    isThere: () => runs('python3', '-c', 'import venv, ensurepip'),
  },
  docker: {
    name: 'Docker',
    debian: 'docker.io iptables',
    isThere: () => existsOnPath('docker') && (runs('docker', 'info') || existsOnPath('dockerd')),
  },
  debootstrap: {
    name: 'debootstrap',
    debian: 'debootstrap',
    isThere: () => existsOnPath('debootstrap'),
  },
  go: { name: 'Go', debian: 'golang', isThere: () => existsOnPath('go') },
} as const satisfies Record<string, Requirement>

export type RequirementName = keyof typeof requirements

/** Installs what is missing where that is possible (root on Debian), else says how to. */
export function provide(names: readonly RequirementName[]): void {
  const missing = names.map((name) => requirements[name]).filter((wanted) => !wanted.isThere())
  if (missing.length === 0) return
  const list = missing.map(({ name }) => name).join(', ')
  const packages = missing.flatMap(({ debian }) => debian.split(' '))
  const install = `apt-get install -y --no-install-recommends ${packages.join(' ')}`
  if (!isDebian() || process.getuid?.() !== 0) {
    throw new Error(`Not on this machine: ${list}. On Debian install it with: sudo ${install}`)
  }
  process.stderr.write(`Installing what tests need: ${list}\n`)
  const options = {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'],
  }
  execFileSync('apt-get', ['update', '-q'], options)
  execFileSync('apt-get', install.split(' ').slice(1), options)
  const still = missing.filter((wanted) => !wanted.isThere()).map(({ name }) => name)
  if (still.length > 0) throw new Error(`Installed ${packages.join(' ')}, but not found: ${still}`)
}

const isDebian = (): boolean =>
  existsSync('/etc/os-release') &&
  /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8')) &&
  existsOnPath('apt-get')

const existsOnPath = (command: string): boolean =>
  `${process.env['PATH']}:/usr/sbin:/usr/local/go/bin`
    .split(':')
    .some((folder) => existsSync(`${folder}/${command}`))
