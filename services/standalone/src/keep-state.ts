import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Bus, mlaState } from '@mla/bus'
import type { StateDocument } from '@mla/model'

/** What operators decided: of alarms, of sampling, and views that they saved; the bus forgets it with the process. */
const isKept = ({ key }: StateDocument): boolean => /^(alarm|campaign|view)\//.test(key)
const everyMs = 30_000

/**
 * Puts the state that an earlier run left in the folder on the bus, and keeps what comes
 * there: every 30 s, and at the end.
 */
export async function keepState(
  bus: Bus,
  folder: string,
  failed: (error: unknown) => void,
): Promise<AsyncDisposable> {
  const path = join(folder, 'alarm-state.json')
  const documents = new Map<string, StateDocument>()
  let written = 0
  let seen = 0

  for (const record of await read(path, failed)) {
    await bus.publish(mlaState, [{ key: record.key, record }])
  }
  const ending = new AbortController()
  const follow = async (): Promise<void> => {
    for await (const one of bus.follow(mlaState, 0, ending.signal)) {
      if (one.kind === 'caught-up') continue
      for (const { record } of one.messages) {
        if (!isKept(record) && !record.key.startsWith('log-level/')) continue
        documents.set(record.key, record)
        seen++
      }
    }
  }
  const following = follow().catch(failed)
  let writing: Promise<void> = Promise.resolve()
  const write = (): Promise<void> => {
    if (seen === written) return writing
    written = seen
    const text = JSON.stringify([...documents.values()])
    writing = writing
      .then(async () => {
        await mkdir(folder, { recursive: true })
        await writeFile(`${path}.new`, text)
        await rename(`${path}.new`, path)
      })
      .catch(failed)
    return writing
  }
  const timer = setInterval(write, everyMs)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      // The last documents are on the bus; following them takes a turn or two.
      for (let before = -1; before !== seen; ) {
        before = seen
        await new Promise((resolve) => setImmediate(resolve))
      }
      ending.abort()
      await following
      await write()
    },
  }
}

async function read(
  path: string,
  failed: (error: unknown) => void,
): Promise<readonly StateDocument[]> {
  try {
    const found = JSON.parse(await readFile(path, 'utf8'))
    return Array.isArray(found) ? found : []
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!isMissing) failed(error)
    return []
  }
}
