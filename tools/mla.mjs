#!/usr/bin/env node
/** What `npx mla` runs: the set-up where it is needed, then the command line on the pinned Node. */
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { node, setUp } from './setup.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const main = join(root, 'packages/cli/src/main.ts')
/** TypeScript is compiled once, not with each command. */
const env = { NODE_COMPILE_CACHE: join(root, '.cache', 'compiled'), ...process.env }

try {
  await setUp()
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit', env })
  // Ctrl-C in a terminal reaches both; what is sent to this process alone is passed on.
  process.on('SIGINT', () => {})
  for (const name of ['SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name))
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
