/** The containers with the whole array: how soon, how large, how much, and whether all arrives. */

import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { setScene } from '../compose/scene.ts'
import type { Figures } from './run.ts'

export const description =
  'compose [--telescopes 9] [--minutes 3]: the system in containers, up from nothing, then under load'

export async function run(args: readonly string[]): Promise<Figures> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      telescopes: { type: 'string', default: '9' },
      minutes: { type: 'string', default: '3' },
    },
  })
  const say = (text: string): void => void process.stderr.write(`${text}\n`)
  await using scene = await setScene(Number(values.telescopes), say)
  const { stack, books, cdb, versions } = scene
  const began = performance.now()
  await stack.compose(['up', '--detach', '--wait'], versions.now)
  for (const service of await stack.services()) await stack.healthy(service)
  const healthyS = (performance.now() - began) / 1000
  let megabytes = 0
  const ms = Number(values.minutes) * 60_000
  const account = await books.keep('load', async () => {
    await delay(ms)
    megabytes = await stack.megabytes()
  })
  const { sent, archived, lost, doubled } = account
  const points = cdb.points.size
  return {
    points,
    healthyS,
    megabytes,
    sent,
    archived,
    lost,
    doubled,
    seconds: account.seconds,
  }
}
