import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { provide } from '@mla/stack'

const composeModule = 'github.com/docker/compose/v2'
const version = 'v2.40.3'

/** `docker compose`, built from the Go proxy where the machine has none: Debian has no package. */
export function provideCompose(say: (text: string) => void): void {
  if (spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0) return
  provide(['go'])
  say(`building Docker Compose ${version}`)
  const source = join(tmpdir(), 'mla-compose-source')
  const plugins = join(homedir(), '.docker/cli-plugins')
  const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/local/go/bin` }
  const go = (args: readonly string[], cwd: string): string =>
    execFileSync('go', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  // `go install` refuses it for the replace lines in its go.mod.
  const { Dir } = JSON.parse(go(['mod', 'download', '-json', `${composeModule}@${version}`], '/'))
  try {
    cpSync(Dir, source, { recursive: true })
    execFileSync('chmod', ['-R', 'u+w', source])
    mkdirSync(plugins, { recursive: true })
    const name = `-X ${composeModule}/internal.Version=${version}`
    const target = join(plugins, 'docker-compose')
    go(['build', '-trimpath', '-ldflags', name, '-o', target, './cmd'], source)
  } finally {
    rmSync(source, { recursive: true, force: true })
  }
}
