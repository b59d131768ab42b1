import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Bus, mlaDesired } from '@mla/bus'
import { retry } from '@mla/kit'
import { microsOfMillis } from '@mla/model'
import { z } from 'zod'
import type { Address } from './address.ts'
import { type Wanted, wantedOf } from './wanted.ts'

/** What is wanted of a component: on the bus, and on its disk for when the bus is away. */
export interface Wishes {
  /** Null where nobody has said anything, which means ONLINE. */
  readonly isOnline: boolean | null
  /** Resolves when it is known as well as it can be: from the bus, or for want of it from the disk. */
  known(): Promise<void>
  /** Puts down that a command wants it so. */
  want(isOnline: boolean, by: string): void
  /** Resolves when what was put down is on the disk. */
  saved(): Promise<void>
}

export interface WishesParts {
  readonly bus: Pick<Bus, 'follow' | 'publish'>
  readonly address: Address
  readonly folder: string
  readonly signal: AbortSignal
  /** The bus, after it was away, knows of another wish than the one acted upon. */
  changed(isOnline: boolean): void
  failed(what: string, error: unknown): void
}

/** How long a start waits for the bus before it believes the disk. */
const patienceMs = 5_000
const onDisk = z.object({ isOnline: z.boolean() })

export function openWishes(parts: WishesParts): Wishes {
  const { bus, address, folder, signal, failed } = parts
  const { component } = address
  const wanted = new Map<string, Wanted>()
  const file = join(folder, 'control', `${encodeURIComponent(component)}.json`)
  let fromDisk: boolean | null = null
  const current = (): boolean | null => wantedOf(address, wanted) ?? fromDisk
  const heard = Promise.withResolvers<void>()
  let actedUpon: boolean | null | undefined

  async function follow(): Promise<void> {
    let isBehind = true
    for await (const one of bus.follow(mlaDesired, 0, signal)) {
      if (one.kind === 'batch') {
        for (const { record, appendTime } of one.messages) {
          wanted.set(record.scope, { isOnline: record.isOnline, time: appendTime })
        }
        continue
      }
      isBehind = false
      heard.resolve()
      const now = current() ?? true
      if (actedUpon !== undefined && now !== (actedUpon ?? true)) parts.changed(now)
    }
    if (isBehind) heard.resolve()
  }
  const following = follow().catch((error: unknown) => {
    failed('wanted states are not followed', error)
    heard.resolve()
  })
  signal.addEventListener('abort', () => heard.resolve(), { once: true })
  void following

  const reading = readFile(file, 'utf8').then(
    (text) => {
      fromDisk = onDisk.parse(JSON.parse(text)).isOnline
    },
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') failed(`${file} is not read`, error)
    },
  )
  const save = async (isOnline: boolean): Promise<void> => {
    await mkdir(join(folder, 'control'), { recursive: true })
    await writeFile(`${file}.new`, JSON.stringify({ isOnline }))
    await rename(`${file}.new`, file)
  }
  let saving = Promise.resolve()

  return {
    get isOnline() {
      return current()
    },
    saved: () => saving,
    async known() {
      const patience = new AbortController()
      const timer = setTimeout(() => patience.abort(), patienceMs)
      const patient = new Promise<void>((resolve) => {
        patience.signal.addEventListener('abort', () => resolve(), { once: true })
      })
      await reading.catch((error: unknown) => failed(`${file} is not understood`, error))
      await Promise.race([heard.promise, patient])
      clearTimeout(timer)
      actedUpon = current()
    },
    want(isOnline, by) {
      actedUpon = isOnline
      fromDisk = isOnline
      const time = microsOfMillis(Date.now())
      const newest = Math.max(0, ...[...wanted.values()].map((one) => one.time))
      wanted.set(component, { isOnline, time: Math.max(time, newest) })
      saving = saving
        .then(() => save(isOnline))
        .catch((error: unknown) => failed(`${file} is not written`, error))
      const record = { scope: component, isOnline, time, by }
      retry(
        () => bus.publish(mlaDesired, [{ key: component, record }]),
        signal,
        () => {},
      ).catch(
        (error: unknown) => signal.aborted || failed('a wanted state is not published', error),
      )
    },
  }
}
