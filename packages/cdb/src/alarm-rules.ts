import type { DasuRules, IasType } from '@mla/alarm'
import type { PointId } from '@mla/model'

/** The alarms of a configuration: an IAS CDB, with templates put in. */
export interface AlarmRules {
  readonly supervisors: ReadonlyMap<string, SupervisorRules>
  /** By the id that is declared, without the instance of a template. */
  readonly iasios: ReadonlyMap<string, IasioDescription>
  readonly templates: ReadonlyMap<string, TemplateRange>
  /** The monitoring points that are sent to the alarms. */
  readonly inputs: readonly AlarmInput[]
}

/** The DASUs that one process runs. */
export interface SupervisorRules {
  readonly id: string
  readonly host: string | null
  readonly dasus: readonly DasuRules[]
}

export interface IasioDescription {
  readonly id: string
  readonly type: IasType
  readonly description: string | null
  readonly url: string | null
  readonly sound: string
  readonly canShelve: boolean
  readonly emails: readonly string[]
  readonly template: string | null
}

export interface TemplateRange {
  readonly min: number
  readonly max: number
}

export interface AlarmInput {
  readonly point: PointId
  /** With the instance of its template. */
  readonly iasio: string
  readonly type: IasType
  readonly plugin: string
  readonly monitoredSystem: string
  /** How often a value that has not changed is sent again. */
  readonly refreshMs: number
}
