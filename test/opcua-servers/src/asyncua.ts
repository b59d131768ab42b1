import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { provide } from '@mla/stack'
import { cached } from './cache.ts'
import { type ServerSettings, startServer, type TestServer } from './server-process.ts'

const run = promisify(execFile)
const here = join(import.meta.dirname, '..')
const requirements = join(here, 'asyncua-requirements.txt')

/** A server on asyncua (PyPI), in a Python environment that is made once and kept in `.cache`. */
export async function startAsyncua(settings: ServerSettings): Promise<TestServer> {
  // Named after what is in it, so that other versions make another.
  const digest = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
  const folder = await cached(`asyncua-${digest.slice(0, 12)}`, install)
  const python = join(folder, 'bin', 'python')
  const endpoint = `opc.tcp://127.0.0.1:${settings.port}/test`
  return startServer(python, [join(here, 'asyncua_server.py'), JSON.stringify(settings)], endpoint)
}

async function install(folder: string): Promise<void> {
  provide(['python'])
  await run('python3', ['-m', 'venv', folder])
  const python = join(folder, 'bin', 'python')
  await run(python, ['-m', 'pip', 'install', '--quiet', '--require-hashes', '-r', requirements])
}
