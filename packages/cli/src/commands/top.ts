import { setTimeout as delay } from 'node:timers/promises'
import type { CliCommand } from '../cli.ts'
import { printComponents, type Rates } from '../component-table.ts'
import { problemsOf, readComponents, type ShownComponent } from '../components.ts'
import { numberIn } from '../given.ts'
import { howMany } from '../how-many.ts'

const clearScreen = '\u001b[H\u001b[2J'

export const top: CliCommand = {
  name: 'top',
  summary: 'Show the components live, with what goes through each in a second',
  arguments: [],
  options: [
    ['--every <seconds>', 'how often', '2'],
    ['--count <number>', 'end after so many looks; 0 goes on until Ctrl-C', '0'],
  ],
  examples: ['mla top', 'mla top --every 5 --count 12'],
  async run(cli, given) {
    const everyMs = 1000 * numberIn(given, 'every', { min: 1, max: 3600 })
    const count = numberIn(given, 'count', { min: 0, max: 1_000_000 })
    let before: readonly ShownComponent[] = []
    for (let look = 1; !cli.signal.aborted; look++) {
      const components = await readComponents(cli)
      const problems = problemsOf(components)
      if (cli.out.json) cli.out.document({ components, problems })
      else {
        if (cli.out.width !== null) cli.out.line(clearScreen)
        cli.out.line(`${new Date().toISOString()}  ${howMany(problems.length, 'problem')}`)
        printComponents(cli.out, components, Date.now(), ratesOf(before, components))
        for (const problem of problems) cli.out.line(cli.out.paint('yellow', `! ${problem}`))
      }
      before = components
      if (look === count) break
      await delay(everyMs, undefined, { signal: cli.signal }).catch(() => undefined)
    }
    return 0
  },
}

/** By the components' own clocks: a heartbeat is as old as it says. */
function ratesOf(before: readonly ShownComponent[], now: readonly ShownComponent[]): Rates {
  return new Map(
    now.flatMap((one) => {
      const last = before.find(({ id }) => id === one.id)
      const seconds = (Date.parse(one.lastHeartbeat) - Date.parse(last?.lastHeartbeat ?? '')) / 1000
      if (!last || !(seconds > 0)) return [[one.id, { received: 0, sent: 0 }] as const]
      const rate = (name: string): number =>
        Math.max(0, ((one.figures?.[name] ?? 0) - (last.figures?.[name] ?? 0)) / seconds)
      return [[one.id, { received: rate('received'), sent: rate('sent') }] as const]
    }),
  )
}
