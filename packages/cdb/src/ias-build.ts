import type { PointId } from '@mla/model'
import type { AlarmRules, IasioDescription, SupervisorRules } from './alarm-rules.ts'
import type { Point, Problem } from './cdb.ts'
import { checkGraph, deployAll } from './ias-graph.ts'
import { checkNames } from './ias-names.ts'
import { alarmInputs } from './ias-points.ts'
import { readIas } from './ias-read.ts'
import { createProblems, type LineOf, type Problems } from './problems.ts'
import type { CdbFile } from './read-files.ts'

export interface BuiltAlarms {
  /** Null where there are none; not to be used where there are problems. */
  readonly rules: AlarmRules | null
  readonly lineOf: LineOf
}

const none: BuiltAlarms = { rules: null, lineOf: () => null }

/** Makes alarms of the files of an IAS CDB; `points` is null where there are none to go with it. */
export function buildAlarms(
  files: readonly CdbFile[],
  points: ReadonlyMap<PointId, Point> | null,
  problems: Problems,
  warnings: Problems,
): BuiltAlarms {
  if (files.length === 0) return none
  const read = readIas(files, problems, warnings)
  if (!read.settings && !files.some(({ name }) => /(^|\/)ias$/i.test(name))) {
    const file = files[0]?.file.replace(/(.*\/)?[^/]+\/[^/]+$/, '$1ias.json') ?? ''
    problems.add({ file, path: [] }, 'the file is missing', 'an IAS CDB has ias.json or ias.yaml')
  }
  checkNames(read, problems, warnings)
  const deployments = deployAll(read)
  checkGraph(read, deployments, problems, warnings)
  const supervisors = [...read.all('SUPERVISOR').values()].map(({ fields }): SupervisorRules => {
    const dasus = deployments.filter(({ supervisor }) => supervisor === fields.id)
    return { id: fields.id, host: fields.hostName, dasus: dasus.map(({ dasu }) => dasu) }
  })
  const iasios = [...read.all('IASIO').values()].map(
    ({ fields }): IasioDescription => ({
      ...{ id: fields.id, type: fields.iasType, description: fields.shortDesc },
      ...{ url: fields.docUrl, sound: fields.sound ?? 'NONE', template: fields.templateId },
      canShelve: fields.canShelve ?? false,
      emails: (fields.emails ?? '')
        .split(',')
        .flatMap((one) => (one.trim() === '' ? [] : [one.trim()])),
    }),
  )
  return {
    lineOf: read.lineOf,
    rules: {
      supervisors: new Map(supervisors.map((one) => [one.id, one])),
      iasios: new Map(iasios.map((one) => [one.id, one])),
      templates: new Map(
        [...read.all('TEMPLATE')].map(
          ([
            id,
            {
              fields: { min, max },
            },
          ]) => [id, { min, max }],
        ),
      ),
      inputs: points === null ? [] : alarmInputs(read, points, problems),
    },
  }
}

export type AlarmsResult =
  | { readonly ok: true; readonly alarms: AlarmRules; readonly warnings: readonly Problem[] }
  | {
      readonly ok: false
      readonly problems: readonly Problem[]
      readonly warnings: readonly Problem[]
    }

/** An IAS CDB by itself, without points. */
export function buildIas(files: readonly CdbFile[], found: readonly Problem[] = []): AlarmsResult {
  const [problems, warnings] = [createProblems(), createProblems()]
  const { rules, lineOf } = buildAlarms(files, null, problems, warnings)
  const told = warnings.list(lineOf)
  if (rules !== null && problems.count + found.length === 0) {
    return { ok: true, alarms: rules, warnings: told }
  }
  return { ok: false, problems: [...found, ...problems.list(lineOf)], warnings: told }
}
