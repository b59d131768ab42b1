import { parseArgs } from 'node:util'
import { readTexts } from '@mla/cdb'
import { startCassandra, startKafka } from '@mla/stack'
import { flowing } from '../system/faults.ts'
import { stopAndStart } from '../system/rounds.ts'
import { settle } from '../system/settle.ts'
import { smallCdb } from '../system/small-cdb.ts'
import { createSystem, type System } from '../system/system.ts'
import type { Figures } from './run.ts'

export const description =
  'control [--rounds 100] [--telescopes 1] [--away 10]: START and STOP of the subsystem mon, under load'

/** Stops and starts again and again; in each tenth round Kafka is away while they start. */
export async function run(args: readonly string[]): Promise<Figures> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '100' },
      telescopes: { type: 'string', default: '1' },
      away: { type: 'string', default: '10' },
    },
  })
  await using kafka = await startKafka()
  await using cassandra = await startCassandra({ commitLog: 'batch' })
  using small = smallCdb(Number(values.telescopes))
  const cdbOnBus = (await readTexts(small.folder)) ?? []
  await using system = await createSystem({
    ...{ kafka, cassandra, cdbFolder: small.folder, cutSeconds: 30, cdbOnBus },
  })
  const began = Date.now() * 1000
  const { simulator, dispatcher, hmi, collector, manager } = system
  for (const service of [simulator, dispatcher, hmi, collector, manager]) await service.start()
  await flowing(system, 'the start')
  const before = await takenBy(system)
  const rounds = await stopAndStart(system, {
    ...{ rounds: Number(values.rounds), kafkaAwayEach: Number(values.away), kafka },
    told(round, { stopSeconds, startSeconds, kafkaAway }) {
      const words = `stop ${stopSeconds.toFixed(1)} s, start ${startSeconds.toFixed(1)} s`
      process.stderr.write(`round ${round}: ${words}${kafkaAway ? ', Kafka away' : ''}\n`)
    },
  })
  const after = await takenBy(system)
  const managerEnded = await manager.stop()
  const { examples, ...found } = await settle(system, began, false)
  const most = (times: readonly number[]): number => Math.max(0, ...times)
  const usual = rounds.filter(({ kafkaAway }) => !kafkaAway)
  return {
    ...{ rounds: rounds.length, 'with Kafka away': rounds.length - usual.length },
    'slowest stop, s': most(rounds.map(({ stopSeconds }) => stopSeconds)),
    'slowest start, s': most(usual.map(({ startSeconds }) => startSeconds)),
    'slowest start with Kafka away, s': most(
      rounds.filter(({ kafkaAway }) => kafkaAway).map(({ startSeconds }) => startSeconds),
    ),
    ...{ 'MB before': before.megabytes, 'MB after': after.megabytes },
    ...{ 'files before': before.files, 'files after': after.files },
    ...{
      'received and lost': found.lost,
      'not received': found.missing,
      doubled: found.doubled,
      'other content': found.differing,
    },
    ...{ archived: found.archived, 'gap markers': found.gapMarkers },
    'exit code of the manager': managerEnded ?? -1,
    examples: examples.join('; '),
  }
}

/** Memory and open files of the services that stop and start, together. */
async function takenBy({ collector, dispatcher, manager }: System) {
  const sum = async (metric: string): Promise<number> => {
    const each = [collector, dispatcher, manager].map((one) => one.metric(metric))
    return (await Promise.all(each)).reduce((all, one) => all + one, 0)
  }
  return {
    megabytes: (await sum('process_resident_memory_bytes')) / 2 ** 20,
    files: await sum('process_open_fds'),
  }
}
