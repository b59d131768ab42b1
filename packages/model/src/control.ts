import { createRecordCodec } from './record-codec.ts'
import {
  cdbDocumentSchemas,
  commandReplySchemas,
  commandSchemas,
  desiredStateSchemas,
  heartbeatSchemas,
  stateDocumentSchemas,
} from './schemas.ts'
import type { Micros } from './time.ts'

/** Where a component is in its life; what each allows is in `@mla/kit`. */
export const workStates = [
  'INITIALISING',
  'STANDBY',
  'STARTING',
  'ONLINE',
  'DEGRADED',
  'STOPPING',
  'FAULT',
] as const
export type WorkState = (typeof workStates)[number]
/** As others see it: LOST where nothing is heard of it. */
export type ComponentState = WorkState | 'LOST'

export const commandNames = [
  'PING',
  'START',
  'STOP',
  'RESTART',
  'RECONFIGURE',
  'SET_LOG_LEVEL',
] as const
export type CommandName = (typeof commandNames)[number]

/** The fields are explained in `schemas/`. */
export interface Heartbeat {
  readonly component: string
  readonly name: string
  readonly subsystem: string
  readonly host: string
  readonly version: string
  readonly time: Micros
  readonly started: Micros
  readonly intervalMs: number
  readonly state: WorkState
  readonly reason: string | null
  readonly since: Micros
  readonly isWanted: boolean
  readonly hasEnded: boolean
  readonly cpuPercent: number
  readonly memoryBytes: number
  readonly logLevel: string
  readonly configuration: string | null
  readonly configurationProblem: string | null
  readonly figures: readonly Figure[]
}
export interface Figure {
  readonly name: string
  readonly value: number
}

export interface Command {
  readonly id: string
  readonly time: Micros
  /** A component, a service, a subsystem, or `all`. */
  readonly target: string
  /** UNKNOWN is one that this version does not have. */
  readonly command: CommandName | 'UNKNOWN'
  readonly params: readonly string[]
  readonly by: string
  readonly term: number | null
}

export interface CommandReply {
  readonly id: string
  readonly component: string
  readonly command: string
  readonly time: Micros
  readonly accepted: boolean
  readonly message: string | null
}

export interface DesiredState {
  /** A component, a service, a subsystem, or `all`. */
  readonly scope: string
  readonly isOnline: boolean
  readonly time: Micros
  readonly by: string
}

/** Either a part of a file, or the head. */
export interface CdbDocument {
  readonly file: CdbFilePart | null
  readonly head: readonly CdbVersion[] | null
}
export interface CdbFilePart {
  readonly version: string
  readonly path: string
  readonly part: number
  readonly text: string
}
export interface CdbVersion {
  readonly number: number
  readonly version: string
  readonly hash: string
  readonly time: Micros
  readonly by: string
  readonly why: string
  readonly files: readonly { readonly path: string; readonly parts: number }[]
}

export interface StateDocument {
  /** `kind/name`. */
  readonly key: string
  readonly time: Micros
  readonly by: string
  /** JSON. */
  readonly content: string
}

export const createControlCodecs = () => ({
  heartbeat: createRecordCodec<Heartbeat>(heartbeatSchemas),
  command: createRecordCodec<Command>(commandSchemas),
  reply: createRecordCodec<CommandReply>(commandReplySchemas),
  desired: createRecordCodec<DesiredState>(desiredStateSchemas),
  cdb: createRecordCodec<CdbDocument>(cdbDocumentSchemas),
  state: createRecordCodec<StateDocument>(stateDocumentSchemas),
})
