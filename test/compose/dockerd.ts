import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../system/system.ts'

const answers = (): boolean => spawnSync('docker', ['info'], { stdio: 'ignore' }).status === 0

/** The Docker of this machine; where none runs, one that ends when it is disposed of. */
export async function useDocker(): Promise<AsyncDisposable> {
  if (answers()) return { async [Symbol.asyncDispose]() {} }
  const file = join(tmpdir(), 'mla-dockerd.log')
  const log = openSync(file, 'w')
  const daemon = spawn('dockerd', [], {
    stdio: ['ignore', log, log],
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
  })
  const exit = once(daemon, 'exit')
  await until(`dockerd to answer (its log: ${file})`, async () => answers(), 60_000)
  return {
    async [Symbol.asyncDispose]() {
      daemon.kill('SIGTERM')
      await exit
    },
  }
}
