import { createRecordCodec } from './record-codec.ts'
import { alarmActionSchemas, iasioBatchSchemas, pluginBatchSchemas } from './schemas.ts'
import type { Micros } from './time.ts'

/** What plugins send; the fields are explained in `schemas/`. */
export interface PluginBatch {
  readonly plugin: string
  readonly monitoredSystem: string
  readonly published: Micros
  readonly values: readonly PluginValue[]
}

export interface PluginValue {
  readonly id: string
  readonly value: string | null
  readonly sampled: Micros | null
  readonly produced: Micros
  readonly mode: string
  readonly validity: WireValidity
}

export type WireValidity = 'RELIABLE' | 'UNRELIABLE'

/** What is on the BSDB: values as texts, which `@mla/alarm` reads as what they are. */
export interface IasioBatch {
  readonly producer: string
  readonly epoch: Micros
  readonly sequence: number
  readonly values: readonly WireIasio[]
}

export interface WireIasio {
  readonly id: string
  readonly fullRunningId: string
  readonly type: string
  readonly value: string | null
  readonly mode: string
  readonly validity: WireValidity
  readonly readFromMonitoredSystem: Micros | null
  readonly production: Micros | null
  readonly sentToConverter: Micros | null
  readonly receivedFromPlugin: Micros | null
  readonly convertedProduction: Micros | null
  readonly sentToBsdb: Micros | null
  readonly dependencies: readonly string[]
  readonly properties: Readonly<Record<string, string>>
  readonly isChange: boolean
  readonly before: string | null
  readonly annunciation: string
  readonly acknowledgement: WireNote | null
  readonly shelf: WireNote | null
  readonly outOfService: WireNote | null
  /** What an operator did that made this change. */
  readonly action: WireAction | null
  /** Since when an alarm has its state and priority, and when it was set last. */
  readonly since: Micros | null
  readonly setSince: Micros | null
}

export interface WireAction {
  readonly kind: string
  readonly user: string
  readonly time: Micros
  readonly text: string
}

export interface WireNote {
  readonly user: string
  readonly time: Micros
  readonly text: string
  readonly until: Micros | null
}

/** What an operator wants to be done to an alarm. */
export interface AlarmAction {
  readonly id: string
  readonly time: Micros
  readonly alarm: string
  readonly kind: string
  readonly user: string
  readonly text: string
  /** When a shelf ends. */
  readonly until: Micros | null
}

/** Short texts that come again with each value; to look for a long one takes longer than to make it. */
const names = ['id', 'type', 'mode', 'annunciation', 'producer']

export const createPluginBatchCodec = () =>
  createRecordCodec<PluginBatch>(pluginBatchSchemas, ['plugin', 'monitoredSystem', 'id', 'mode'])
export const createIasioBatchCodec = () => createRecordCodec<IasioBatch>(iasioBatchSchemas, names)
export const createAlarmActionCodec = () => createRecordCodec<AlarmAction>(alarmActionSchemas)
