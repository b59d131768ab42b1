import { execFileSync, spawnSync } from 'node:child_process'

const recipeLabel = 'mla.offline.recipe'

/** From which recipe an image was built; empty where it was not built here, null where none is. */
export function labelOf(tag: string): string | null {
  const format = `{{index .Config.Labels "${recipeLabel}"}}`
  const { status, stdout, stderr } = spawnSync(
    'docker',
    ['image', 'inspect', '--format', format, tag],
    { encoding: 'utf8' },
  )
  if (status === 0) return stdout.trim()
  if (/No such image/.test(stderr)) return null
  throw new Error(`docker: ${stderr}`)
}

/** Without BuildKit, which a Debian's Docker does not have. */
export function build(tag: string, context: string, dockerfile: string, recipe: string): void {
  const { status, stdout, stderr } = spawnSync(
    'docker',
    ['build', '--tag', tag, '--label', `${recipeLabel}=${recipe}`, '--file', dockerfile, context],
    { env: { ...process.env, DOCKER_BUILDKIT: '0' }, encoding: 'utf8', maxBuffer: 2 ** 26 },
  )
  if (status !== 0) {
    throw new Error(`${tag} could not be built:\n${(stdout + stderr).slice(-4000)}`)
  }
}

/** An image whose only layer is this folder. */
export function importFolder(tag: string, folder: string): void {
  execFileSync('sh', ['-c', 'tar -C "$1" -c . | docker import - "$2"', 'sh', folder, tag], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
