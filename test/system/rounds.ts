import { setTimeout as delay } from 'node:timers/promises'
import type { ServerControl } from '@mla/stack'
import { flowing } from './faults.ts'
import { createOperator } from './operator.ts'
import type { System } from './system.ts'

export interface Round {
  readonly stopSeconds: number
  readonly startSeconds: number
  readonly kafkaAway: boolean
}

export interface RoundsSettings {
  readonly rounds: number
  /** Each so-manieth round Kafka is away while components stop and start; 0 for never. */
  readonly kafkaAwayEach: number
  readonly kafka: ServerControl
  told(round: number, took: Round): void
}

const members = ['opcua-collector', 'mon-dispatcher']

/** Stops and starts the subsystem mon again and again, by its manager, while values come. */
export async function stopAndStart(
  system: System,
  { rounds, kafkaAwayEach, kafka, told }: RoundsSettings,
): Promise<readonly Round[]> {
  const operator = createOperator(system.hmiUrl)
  const took: Round[] = []
  for (let round = 1; round <= rounds; round++) {
    const kafkaAway = kafkaAwayEach > 0 && round % kafkaAwayEach === 0
    await flowing(system, `round ${round - 1}`)
    const away = async (): Promise<void> => {
      if (!kafkaAway) return
      await kafka.stop()
      await delay(3000)
      await kafka.start()
    }
    const stopSeconds = await operator.order('mon', 'STOP', members)
    const [startSeconds] = await Promise.all([
      operator.order('mon', 'START', members),
      // It goes when the order has been given and is being carried out.
      delay(500).then(away),
    ])
    took.push({ stopSeconds, startSeconds, kafkaAway })
    told(round, { stopSeconds, startSeconds, kafkaAway })
  }
  await flowing(system, 'the last round')
  return took
}
