import { alarmActions, alarmBsdb, type Bus, mlaReplies } from '@mla/bus'
import { buildCdb, type Cdb } from '@mla/cdb'
import { microsOfMillis, type WireIasio, type WireNote } from '@mla/model'

const now = () => microsOfMillis(Date.now())

const file = (name: string, text: string) => ({
  ...{ file: `alarms/${name}.yaml`, kind: 'alarms' as const, name, text },
})

/** Rules that make one alarm. */
export function rulesOf(id: string): Cdb['alarms'] {
  const result = buildCdb(
    [
      file('ias', 'refreshRate: 1\nvalidityThreshold: 3600\nhbFrequency: 1\nbsdbUrl: a:9092\n'),
      file('SUPERVISOR/Sup', 'id: Sup\nhostName: h\ndasusToDeploy:\n  - dasuId: D\n'),
      file('DASU/D', `id: D\nasceIDs: [A]\noutputId: ${id}\n`),
      file(
        'ASCE/A',
        `id: A\ndasuID: D\noutputID: ${id}\ninputIDs: [Speed]\ntransferFunctionID: MinMaxThreshold\n` +
          'props:\n  - {name: highOn, value: 10}\n  - {name: mla.guidance, value: Release the brake}\n' +
          '  - {name: mla.escalateAfter, value: 1}\n',
      ),
      file(
        'IASIO/iasios',
        `- {id: Speed, iasType: DOUBLE, shortDesc: Speed}\n- {id: ${id}, iasType: ALARM, shortDesc: It is too slow, canShelve: true}\n`,
      ),
    ],
    {},
  )
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.cdb.alarms
}

/**
 * A stand-in for the supervisor: sets one alarm, and lets operators acknowledge it. The real one
 * is tested with the HMI in `test/alarms.test.ts`.
 */
export async function standInForSupervisor(
  bus: Pick<Bus, 'publish' | 'follow'>,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const since = now()
  let sequence = 0
  const say = async (value: string, acknowledgement: WireNote | null): Promise<void> => {
    const wire: WireIasio = {
      ...{ id, fullRunningId: `(${id}:IASIO)`, type: 'ALARM', value, mode: 'OPERATIONAL' },
      ...{ validity: 'RELIABLE', readFromMonitoredSystem: null, production: now() },
      ...{ sentToConverter: null, receivedFromPlugin: null, convertedProduction: null },
      ...{ sentToBsdb: now(), dependencies: [], properties: {}, isChange: true, before: null },
      ...{ annunciation: 'ANNUNCIATED', acknowledgement, shelf: null, outOfService: null },
      ...{ action: null, since, setSince: since },
    }
    const record = { producer: 'test', epoch: 1, sequence: sequence++, values: [wire] }
    await bus.publish(alarmBsdb, [{ key: id, record }])
  }
  await say('SET_UNACK:HIGH', null)
  const answer = async (): Promise<void> => {
    for await (const one of bus.follow(alarmActions, since, signal)) {
      if (one.kind === 'caught-up') continue
      for (const { record } of one.messages) {
        const { user, time, text, kind } = record
        const reply = {
          id: record.id,
          component: 'test',
          command: kind,
          time: now(),
          message: null,
        }
        await say('SET_ACK:HIGH', { user, time, text, until: null })
        await bus.publish(mlaReplies, [{ key: 'test', record: { ...reply, accepted: true } }])
      }
    }
  }
  answer().catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
