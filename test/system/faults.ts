import { setTimeout as delay } from 'node:timers/promises'
import type { ServerControl } from '@mla/stack'
import { type System, until } from './system.ts'
import { beginFault } from './truth.ts'

/** What may happen while samples flow; each is over, and they flow again, when it resolves. */
export interface FaultStory {
  readonly name: string
  /** True where what a server or a killed process held in memory may be missing, as a marked gap. */
  readonly makesGaps: boolean
  happen(system: System, servers: Servers): Promise<void>
}

export interface Servers {
  readonly kafka: ServerControl
  readonly cassandra: ServerControl
  /** How long a server stays away. */
  readonly awaySeconds: number
}

const away = async (server: ServerControl, seconds: number): Promise<void> => {
  await server.stop()
  await delay(seconds * 1000)
  await server.start()
}

export const faultStories: readonly FaultStory[] = [
  {
    name: 'dispatcher killed',
    makesGaps: false,
    async happen({ dispatcher }) {
      await dispatcher.kill()
      await dispatcher.start()
    },
  },
  {
    name: 'Kafka stopped',
    makesGaps: false,
    happen: (_, { kafka, awaySeconds }) => away(kafka, awaySeconds),
  },
  {
    name: 'Cassandra stopped',
    makesGaps: false,
    happen: (_, { cassandra, awaySeconds }) => away(cassandra, awaySeconds),
  },
  {
    name: 'collector killed',
    makesGaps: true,
    async happen({ collector }) {
      await collector.kill()
      await collector.start()
    },
  },
  {
    name: 'OPC-UA server restarted',
    makesGaps: true,
    happen: ({ simulatorControl }) =>
      beginFault(simulatorControl, { kind: 'restart', durationS: 5 }),
  },
]

/** Waits until values go all the way to archive and operators again, and the backlog is done. */
export async function flowing({ cdb, dispatcher, hmi }: System, after: string): Promise<void> {
  const received = 'mla_records_received_total'
  const before = await Promise.all([dispatcher, hmi].map((one) => one.metric(received)))
  const enough = cdb.points.size
  const flows = async () => {
    const now = await Promise.all([dispatcher, hmi].map((one) => one.metric(received)))
    const isBehind = (await dispatcher.metric('mla_bus_lag_messages')) > 100
    return !isBehind && now.every((count, i) => count - (before[i] ?? 0) > enough)
  }
  await until(`values to flow after "${after}"`, flows, 120_000)
}
