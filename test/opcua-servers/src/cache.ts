import { access, mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const cache = join(import.meta.dirname, '..', '..', '..', '.cache')
/** A lock older than this was left behind by a process that was killed. */
const staleMs = 300_000

/**
 * The folder `.cache/<name>`, filled by `fill` when it is not complete yet. Test files run at the
 * same time: one fills it, the others wait.
 */
export async function cached(
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cache, name)
  const complete = join(folder, 'complete')
  const lock = `${folder}.lock`
  await mkdir(cache, { recursive: true })
  for (;;) {
    if (await exists(complete)) return folder
    if (await locked(lock)) break
    await delay(200)
  }
  try {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder)
    await fill(folder)
    await writeFile(complete, '')
    return folder
  } finally {
    await rm(lock, { recursive: true, force: true })
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

async function locked(lock: string): Promise<boolean> {
  try {
    await mkdir(lock)
    return true
  } catch {
    const made = await stat(lock).catch(() => null)
    if (made && Date.now() - made.mtimeMs > staleMs)
      await rm(lock, { recursive: true, force: true })
    return false
  }
}
