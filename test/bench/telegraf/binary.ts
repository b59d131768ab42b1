import { execFile, spawnSync } from 'node:child_process'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cached } from '@mla/opcua-servers'

const run = promisify(execFile)

export const telegrafVersion = 'v1.37.0'
const module = `github.com/influxdata/telegraf@${telegrafVersion}`
/** Of the module, as `go.sum` has it. */
const checksum = 'h1:IIUwAB+Al2F0sC+8ppi5Ib2t9Bh/SdQNqvkSg6jVJG4='
/** Its own way to build with fewer plugins (docs/CUSTOMIZATION.md there); what runs is the same. */
const tags = 'custom,inputs.opcua_listener,outputs.kafka,serializers.influx'

/** The path of Telegraf, built once from the Go module proxy (3 minutes) and kept in `.cache`. */
export async function telegrafBinary(): Promise<string> {
  const folder = await cached(`telegraf-${telegrafVersion}`, build)
  return join(folder, 'telegraf')
}

async function build(folder: string): Promise<void> {
  if (spawnSync('go', ['version']).status !== 0) {
    throw new Error(
      'Not on this machine: Go, which builds Telegraf. Install Go 1.25 or newer (https://go.dev/dl, or your distribution) and put it on the PATH.',
    )
  }
  process.stderr.write(`Building Telegraf ${telegrafVersion}, once\n`)
  const { stdout } = await run('go', ['mod', 'download', '-json', module])
  const { Dir: dir, Sum: sum } = JSON.parse(stdout) as { Dir: string; Sum: string }
  if (sum !== checksum) throw new Error(`${module} is ${sum}, not the ${checksum} that it was`)
  const source = join(folder, 'source')
  await cp(dir, source, { recursive: true })
  // What Go has downloaded is read-only.
  await run('chmod', ['-R', 'u+w', source])
  const args = ['build', '-trimpath', '-tags', tags, '-o', join(folder, 'telegraf')]
  await run('go', [...args, './cmd/telegraf'], { cwd: source, maxBuffer: 64 * 1024 * 1024 })
}
