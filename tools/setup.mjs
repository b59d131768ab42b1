/**
 * Installs what the repository needs, when something is missing: the pinned pnpm brings everything,
 * the pinned Node too. Plain JavaScript, for whichever Node >= 20 the machine has. Takes a moment
 * only when there is nothing to do.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stampFile = join(root, 'node_modules', '.mla-setup')
const lockFile = join(root, '.cache', 'setup.lock')

/** The Node that runs everything of ours. */
export const node = join(root, 'node_modules', 'node', 'bin', 'node')

/** Resolves when all is there. Throws with the installer's output where it fails. */
export async function setUp() {
  if (isDone()) return
  await withLock(async () => {
    if (!isDone()) install()
  })
}

const read = (name) => readFileSync(join(root, name), 'utf8')

const stamp = () =>
  createHash('sha256')
    .update(['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'].map(read).join('\0'))
    .digest('hex')

const isDone = () =>
  existsSync(node) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp()

function install() {
  const { packageManager } = JSON.parse(read('package.json'))
  const started = Date.now()
  process.stderr.write('Installing what MLA needs (once; about a minute)...\n')
  const { status, error, stdout, stderr } = spawnSync(
    'npx',
    ['-y', packageManager, 'install', '--frozen-lockfile', '--config.confirmModulesPurge=false'],
    {
      cwd: root,
      // Production mode would leave out the tools, and the pinned Node is one.
      env: { ...process.env, NODE_ENV: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    },
  )
  if (error || status !== 0) {
    throw new Error(`${packageManager} could not install:\n${error ?? stdout + stderr}`)
  }
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim()
  if (!version) throw new Error(`${node} does not run on this machine`)
  writeFileSync(stampFile, stamp())
  const seconds = Math.round((Date.now() - started) / 1000)
  process.stderr.write(`Installed in ${seconds} s, with Node ${version}.\n`)
}

/** One set-up at a time: the second waits for the first, and then finds all done. */
async function withLock(work) {
  mkdirSync(dirname(lockFile), { recursive: true })
  while (!takeLock()) await delay(200)
  try {
    await work()
  } finally {
    rmSync(lockFile, { force: true })
  }
}

function takeLock() {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    if (!isHeld()) rmSync(lockFile, { force: true })
    return false
  }
}

function isHeld() {
  try {
    const owner = Number(readFileSync(lockFile, 'utf8'))
    // Empty: somebody is just taking it.
    if (owner !== 0) process.kill(owner, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await setUp()
  } catch (error) {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}
