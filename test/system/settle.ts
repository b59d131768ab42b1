import type { System } from './system.ts'
import { until } from './system.ts'
import { beginFault, type Comparison, compare, readTruth, waitingOf } from './truth.ts'

/** Lets everything that was made arrive, stops the services in order and compares. */
export async function settle(
  system: System,
  beganMicros: number,
  waits = true,
): Promise<Comparison> {
  const { simulatorControl, collector, dispatcher, hmi } = system
  await beginFault(simulatorControl, { kind: 'silence', match: '**', durationS: 3600 })
  await quiet('the simulator to hand out all that it queued', async () => {
    const truth = await readTruth(simulatorControl, 'nothing')
    // The server queues for the session of a killed collector until that times out.
    return waits && waitingOf(truth) > 0 ? Number.NaN : truth.published
  })
  const truth = await readTruth(simulatorControl)
  await collector.stop()
  await quiet('the dispatcher to read all', async () => {
    // The lag is as of the last batch, so it says little before that batch has come.
    const isBehind = (await dispatcher.metric('mla_bus_lag_messages')) > 0
    return isBehind ? Number.NaN : dispatcher.metric('mla_records_received_total')
  })
  await dispatcher.stop()
  await hmi.stop()
  await using archive = await system.openArchive()
  return await compare(archive, truth, beganMicros - 60e6, Date.now() * 1000)
}

/** Waits until a figure has stood still for two seconds. */
async function quiet(what: string, read: () => Promise<number>): Promise<void> {
  let [before, looksAlike] = [Number.NaN, 0]
  await until(what, async () => {
    const now = await read()
    looksAlike = now === before ? looksAlike + 1 : 0
    before = now
    return looksAlike >= 10
  })
}
