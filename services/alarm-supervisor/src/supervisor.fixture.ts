import assert from 'node:assert/strict'
import { type Iasio, iasioOf, noProperties, noStamps, parseIasValue, wireOf } from '@mla/alarm'
import { alarmActions, alarmBsdb, mlaReplies } from '@mla/bus'
import type { MemoryBus } from '@mla/bus/memory'
import { buildCdb, type Cdb, type LoadResult } from '@mla/cdb'
import { createHealth, createMetrics, type Life, silentLog } from '@mla/kit'
import { type CommandReply, microsOfMillis } from '@mla/model'
import { runSupervisor, supervisorEnv } from './index.ts'

const file = (name: string, text: string) => ({
  ...{ file: `alarms/${name}.yaml`, kind: 'alarms' as const, name, text },
})

const minMax = 'org.eso.ias.asce.transfer.impls.MinMaxThresholdTF'
const limits = (highOn: number, highOff: number) =>
  `[{name: ${property}.highOn, value: "${highOn}"}, {name: ${property}.highOff, value: "${highOff}"}]`
const property = 'org.eso.ias.tf.minmaxthreshold'

/** So many DASUs with one alarm each: `T<n>` above 10 (off at 5) sets `Hot<n>`, which may be shelved. */
export function cdbOf(dasus: number, highOn = 10): LoadResult & { ok: true; cdb: Cdb } {
  const numbers = Array.from({ length: dasus }, (_, n) => n)
  const result = buildCdb(
    [
      file('ias', 'refreshRate: 1\nvalidityThreshold: 3600\nhbFrequency: 1\nbsdbUrl: a:9092\n'),
      file(
        'SUPERVISOR/Sup',
        `id: Sup\nhostName: h\ndasusToDeploy: [${numbers.map((n) => `{dasuId: D${n}}`).join(', ')}]\n`,
      ),
      ...numbers.flatMap((n) => [
        file(`DASU/D${n}`, `id: D${n}\nasceIDs: [A${n}]\noutputId: Hot${n}\n`),
        file(
          `ASCE/A${n}`,
          `id: A${n}\ndasuID: D${n}\noutputID: Hot${n}\ninputIDs: [T${n}]\n` +
            `transferFunctionID: ${minMax}\nprops: ${limits(n === 0 ? highOn : 10, 5)}\n`,
        ),
      ]),
      file(
        'IASIO/iasios',
        numbers
          .map(
            (n) =>
              `- {id: T${n}, iasType: DOUBLE}\n- {id: Hot${n}, iasType: ALARM, canShelve: ${n !== 1}}\n`,
          )
          .join(''),
      ),
      file('TF/tfs', `- {className: ${minMax}, implLang: SCALA}\n`),
    ],
    {},
  )
  assert.ok(result.ok, JSON.stringify(!result.ok && result.problems))
  return result
}

export const now = () => microsOfMillis(Date.now())

/** Sends values of `T<n>` as the converter does; what is sent next has a later time in the log. */
export async function send(
  bus: MemoryBus,
  values: Readonly<Record<string, number>>,
): Promise<void> {
  const records = Object.entries(values).map(([id, value]) => {
    const iasio: Iasio = {
      ...{
        id,
        fullRunningId: `(M:MONITORED_SOFTWARE_SYSTEM)@(P:PLUGIN)@(C:CONVERTER)@(${id}:IASIO)`,
      },
      ...{ type: 'DOUBLE', value: parseIasValue('DOUBLE', String(value)), mode: 'OPERATIONAL' },
      ...{ validity: 'RELIABLE', stamps: { ...noStamps, production: now() } },
      ...{ dependencies: [], properties: noProperties },
    }
    const record = { producer: 'converter', epoch: 1, sequence: 0, values: [wireOf(iasio)] }
    return { key: id, record }
  })
  await bus.publish(alarmBsdb, records)
  const sentAt = now()
  await until(() => now() > sentAt)
}

export async function ask(
  bus: MemoryBus,
  id: string,
  alarm: string,
  kind: string,
  more: { readonly until?: number; readonly text?: string; readonly time?: number } = {},
): Promise<void> {
  const { until = null, text = 'seen', time = now() } = more
  const record = { id, time, alarm, kind, user: 'eva', text, until }
  await bus.publish(alarmActions, [{ key: alarm, record }])
}

/** The changes that were sent of an alarm, oldest first: its states and who did what. */
export const changesOf = (bus: MemoryBus, alarm: string): string[] =>
  bus
    .messages('alarm.bsdb')
    .flatMap(({ bytes }) => alarmBsdb.decode(bytes).values)
    .filter(({ id, isChange }) => id === alarm && isChange)
    .map((wire) => {
      const { annunciation, action, operator } = iasioOf(wire)
      const ack = operator.acknowledgement
      return [
        wire.value?.split(':')[0],
        ...(annunciation === 'ANNUNCIATED' ? [] : [annunciation]),
        ...(ack ? [`ack ${ack.user}: ${ack.text}`] : []),
        ...(action ? [`by ${action.kind}`] : []),
      ].join(' ')
    })

export const repliesOf = (bus: MemoryBus): CommandReply[] =>
  bus.messages('mla.replies').map(({ bytes }) => mlaReplies.decode(bytes))

export const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}

export interface Process {
  readonly metrics: () => Promise<string>
  readonly isReady: () => boolean
  /** Ends in order. */
  stop(): Promise<void>
  /** Ends without a word: nothing of it reaches the bus any more. */
  kill(): void
}

/** Starts a supervisor; versions of the configuration can be put in later. */
export function start(
  bus: MemoryBus,
  cdb: AsyncIterable<LoadResult>,
  env: Readonly<Record<string, string>> = {},
): Process {
  const stopping = new AbortController()
  let isDead = false
  /** A killed process publishes nothing; what it was about to read is nobody's concern. */
  const own: MemoryBus = {
    ...bus,
    publish: (topic, records) =>
      isDead ? new Promise<never>(() => {}) : bus.publish(topic, records),
  }
  const life: Life = {
    ...{ name: 'alarm-supervisor', instance: 'alarm-supervisor@test:1', log: silentLog },
    ...{ metrics: createMetrics('alarm-supervisor'), health: createHealth() },
    signal: stopping.signal,
  }
  const settings = supervisorEnv.parse({ MLA_ALARM_SNAPSHOT_SECONDS: '0.1', ...env })
  const running = runSupervisor({ bus: own, cdb, settings }, life)
  return {
    metrics: () => life.metrics.registry.metrics(),
    isReady: () => life.health.report().ready,
    async stop() {
      stopping.abort()
      await running
    },
    kill() {
      isDead = true
      stopping.abort()
    },
  }
}

/** Versions of a configuration, as they are put in. */
export function versions(...first: readonly LoadResult[]) {
  const waiting = [...first]
  let ring = () => {}
  return {
    put(next: LoadResult): void {
      waiting.push(next)
      ring()
    },
    async *[Symbol.asyncIterator](): AsyncGenerator<LoadResult, void> {
      for (;;) {
        const next = waiting.shift()
        if (next) yield next
        else
          await new Promise<void>((resolve) => {
            ring = resolve
          })
      }
    },
  }
}
