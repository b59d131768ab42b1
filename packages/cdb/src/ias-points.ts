import { type IasType, instanceOf } from '@mla/alarm'
import { isArrayType, type PointId, scalarTypeOf, type ValueType } from '@mla/model'
import type { AlarmInput } from './alarm-rules.ts'
import type { Point } from './cdb.ts'
import { below, type IasFiles } from './ias-read.ts'
import { suggest } from './nearest.ts'
import type { Problems } from './problems.ts'

/** The property of a plugin that says: its values are monitoring points, and this is their id. */
const pointProperty = 'mla.point'

/**
 * The monitoring points that plugins send. The pattern in `mla.point` makes the point's id of the
 * value's: `{id}`, for templates `{instance}`, with leading zeros `{instance:00}`.
 */
export function alarmInputs(
  files: IasFiles,
  points: ReadonlyMap<PointId, Point>,
  problems: Problems,
): readonly AlarmInput[] {
  const inputs: AlarmInput[] = []
  for (const { place, fields } of files.all('PLUGIN').values()) {
    const at = fields.props.findIndex(({ name }) => name === pointProperty)
    const pattern = fields.props[at]?.value
    if (pattern === undefined) continue
    const unknown = pattern.replace(/\{(id|instance(:0+)?)\}/g, '')
    if (/[{}]/.test(unknown)) {
      const cure = 'use {id}, {instance} and {instance:00}'
      problems.add(below(place, 'props', at, 'value'), `"${pattern}" is not understood`, cure)
      continue
    }
    for (const [i, { id, refreshTime }] of fields.values.entries()) {
      const iasio = files.all('IASIO').get(id)?.fields
      if (!iasio) continue
      const range = files.all('TEMPLATE').get(iasio.templateId ?? '')?.fields
      const instances = range
        ? Array.from(
            { length: Math.min(range.max - range.min + 1, 10_000) },
            (_, n) => range.min + n,
          )
        : [null]
      for (const instance of instances) {
        const point = pointIdOf(instance === null ? '{id}' : pattern, id, instance)
        const known = points.get(point)
        const here = below(place, 'values', i, 'id')
        if (!known) {
          const cure = suggest(point, points.keys(), 'declare the point, or correct mla.point')
          problems.add(here, `there is no point "${point}"`, cure)
        } else if (!canCarry(iasio.iasType, known.type)) {
          const message = `the point "${point}" is ${known.type}, the IASIO ${iasio.iasType}`
          problems.add(here, message, 'change the iasType')
        } else {
          inputs.push({
            ...{ point, iasio: instanceOf(id, instance), type: iasio.iasType, plugin: fields.id },
            ...{ monitoredSystem: fields.monitoredSystemId, refreshMs: refreshTime },
          })
        }
      }
    }
  }
  return inputs
}

function pointIdOf(pattern: string, id: string, instance: number | null): string {
  return pattern
    .replace(/\{instance(?::(0+))?\}/g, (_, zeros: string | undefined) =>
      String(instance ?? '').padStart(zeros?.length ?? 0, '0'),
    )
    .replaceAll('{id}', id)
}

const whole = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'enum']

function canCarry(to: IasType, from: ValueType): boolean {
  const scalar = scalarTypeOf(from)
  const isWhole = whole.includes(scalar)
  const isReal = scalar === 'float' || scalar === 'double'
  if (isArrayType(from)) {
    return to === 'ARRAYOFDOUBLES' ? isWhole || isReal : to === 'ARRAYOFLONGS' && isWhole
  }
  switch (to) {
    case 'DOUBLE':
    case 'FLOAT':
      return isWhole || isReal
    case 'LONG':
    case 'INT':
    case 'SHORT':
    case 'BYTE':
      return isWhole
    case 'BOOLEAN':
      return scalar === 'boolean'
    case 'STRING':
      return scalar === 'string' || scalar === 'enum'
    case 'TIMESTAMP':
      return scalar === 'datetime'
    default:
      return false
  }
}
