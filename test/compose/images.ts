import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, run } from './docker.ts'

export interface Versions {
  /** Tags of the image of our services: of what is here, and of the commit before. */
  readonly now: string
  readonly before: string
}

/** Builds the images that the stories need, as a site without an image registry does. */
export async function makeImages(say: (text: string) => void): Promise<Versions> {
  say((await run(process.execPath, [join(root, 'compose/offline/build.ts')])).trim())
  // An image that is there already can be tried, too.
  const now = process.env['MLA_TEST_VERSION'] ?? 'test'
  if (now === 'test') await buildImage('test', root)
  return { now, before: await buildBefore(now, say) }
}

const buildImage = (tag: string, source: string): Promise<string> =>
  run('docker', ['build', '-q', '-t', `mla:${tag}`, '-f', `${source}/compose/Dockerfile`, source])

async function buildBefore(now: string, say: (text: string) => void): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'mla-before-'))
  const source = join(folder, 'source')
  mkdirSync(source)
  try {
    await run('sh', ['-c', `git archive HEAD~1 | tar -x -C ${source}`])
    if (!existsSync(join(source, 'compose/Dockerfile'))) throw new Error('it has no Dockerfile')
    await buildImage('test-before', source)
  } catch (error) {
    say(`no image of the commit before, the upgrade is to the same: ${firstLineOf(error)}`)
    await run('docker', ['tag', `mla:${now}`, 'mla:test-before'])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return 'test-before'
}

const firstLineOf = (error: unknown): string => String(error).split('\n').slice(-3).join(' ')
