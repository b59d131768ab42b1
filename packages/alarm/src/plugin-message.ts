import type { Micros, PluginBatch, PluginValue } from '@mla/model'
import { identifierFault } from './identifier.ts'
import { timestampOf } from './value-text.ts'

/** Why a message of a plugin is refused. */
export const messageFaults = {
  encoding: 'The bytes are no UTF-8.',
  json: 'The text is no JSON.',
  shape: 'A field is missing, of a wrong kind, or too long.',
  identifier: 'The name of a plugin or a monitored system cannot be part of an identifier.',
  time: 'A time is neither as IAS writes it nor as RFC 3339 has it.',
  'too long': 'A line or a request that is longer than what is taken.',
} as const
export type MessageFault = keyof typeof messageFaults

export type Understood =
  | { readonly ok: true; readonly batch: PluginBatch }
  | { readonly ok: false; readonly fault: MessageFault; readonly message: string }

const mostValues = 10_000
const longestId = 256
const longestValue = 65_536

/**
 * Understands one message: IAS's own (one monitor point, or a buffer of them, where everything is a
 * text), or ours (`{plugin, monitoredSystem, values}`, or one value with the fields beside it). Times
 * that are not told are `now`.
 */
export function understand(message: unknown, now: Micros): Understood {
  try {
    const fields = objectIn(message, 'a message')
    return { ok: true, batch: batchOf(fields, now) }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { ok: false, fault: error.fault, message: error.message }
  }
}

/** What hinders a batch from going on, however it came; null where nothing does. */
export function pluginFaultOf({ plugin, monitoredSystem, values }: PluginBatch): string | null {
  for (const [what, id] of [
    ['plugin', plugin],
    ['monitored system', monitoredSystem],
  ] as const) {
    const fault = id.length > longestId ? `it is longer than ${longestId}` : identifierFault(id)
    if (fault !== null) return `the ${what} "${id.slice(0, 60)}" is no identifier: ${fault}`
  }
  for (const { id, value } of values) {
    if (id === '' || id.length > longestId) return `an id has ${id.length} characters`
    if ((value?.length ?? 0) > longestValue) return `the value of "${id}" is too long`
  }
  return null
}

class Fault extends Error {
  readonly fault: MessageFault
  constructor(fault: MessageFault, message: string) {
    super(message)
    this.fault = fault
  }
}

type Fields = Readonly<Record<string, unknown>>

function batchOf(fields: Fields, now: Micros): PluginBatch {
  const isIas = 'monitoredSystemID' in fields || 'monitorPoints' in fields
  const batch = isIas ? iasBatch(fields, now) : ownBatch(fields, now)
  const fault = pluginFaultOf(batch)
  if (fault !== null) throw new Fault('identifier', fault)
  return batch
}

function iasBatch(fields: Fields, now: Micros): PluginBatch {
  const published = timeIn(fields, 'publishTime') ?? now
  const isBuffered = 'monitorPoints' in fields
  const points = isBuffered ? listIn(fields, 'monitorPoints') : [fields]
  return {
    plugin: textIn(fields, isBuffered ? 'systemID' : 'pluginID'),
    monitoredSystem: textIn(fields, 'monitoredSystemID'),
    published,
    values: points.map((one, index): PluginValue => {
      const point = objectIn(one, `monitorPoints[${index}]`)
      return {
        id: textIn(point, 'id'),
        value: valueIn(point),
        sampled: timeIn(point, 'sampleTime'),
        produced: timeIn(point, 'producedByPluginTime') ?? published,
        mode: optionalText(point, 'operationalMode') ?? 'UNKNOWN',
        validity: validityIn(point),
      }
    }),
  }
}

function ownBatch(fields: Fields, now: Micros): PluginBatch {
  const published = timeIn(fields, 'published') ?? now
  const values = 'values' in fields ? listIn(fields, 'values') : [fields]
  return {
    plugin: textIn(fields, 'plugin'),
    monitoredSystem: textIn(fields, 'monitoredSystem'),
    published,
    values: values.map((one, index): PluginValue => {
      const value = objectIn(one, `values[${index}]`)
      return {
        id: textIn(value, 'id'),
        value: valueIn(value),
        sampled: timeIn(value, 'sampled'),
        produced: timeIn(value, 'produced') ?? published,
        mode: optionalText(value, 'mode') ?? 'UNKNOWN',
        validity: validityIn(value),
      }
    }),
  }
}

function objectIn(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Fault('shape', `${what} is no JSON object`)
  }
  return value as Fields
}

function listIn(fields: Fields, name: string): readonly unknown[] {
  const list = fields[name]
  if (!Array.isArray(list)) throw new Fault('shape', `"${name}" is no array`)
  if (list.length > mostValues) {
    throw new Fault('shape', `"${name}" has ${list.length} values, more than ${mostValues}`)
  }
  return list
}

function textIn(fields: Fields, name: string): string {
  const text = optionalText(fields, name)
  if (text === null || text === '') throw new Fault('shape', `"${name}" is missing`)
  if (text.length > longestId) throw new Fault('shape', `"${name}" is longer than ${longestId}`)
  return text
}

function optionalText(fields: Fields, name: string): string | null {
  const text = fields[name] ?? null
  if (text !== null && typeof text !== 'string') throw new Fault('shape', `"${name}" is no text`)
  return text
}

function timeIn(fields: Fields, name: string): Micros | null {
  const text = optionalText(fields, name)
  if (text === null || text === '') return null
  const time = timestampOf(text)
  if (time === null) {
    const wanted = '2026-11-21T04:00:00.123, in UTC, or an RFC 3339 time'
    throw new Fault('time', `"${name}" is "${text.slice(0, 60)}", not ${wanted}`)
  }
  return time
}

function validityIn(fields: Fields): PluginValue['validity'] {
  const validity = optionalText(fields, 'validity') ?? 'RELIABLE'
  if (validity !== 'RELIABLE' && validity !== 'UNRELIABLE') {
    throw new Fault('shape', `"validity" is "${validity.slice(0, 60)}", not RELIABLE or UNRELIABLE`)
  }
  return validity
}

/** As IAS writes values: texts. Null where there is none. */
function valueIn(fields: Fields): string | null {
  if (!('value' in fields)) throw new Fault('shape', '"value" is missing')
  const { value } = fields
  if (value === null) return null
  const text = Array.isArray(value) ? `[${value.map(plainText).join(', ')}]` : plainText(value)
  if (text.length > longestValue) {
    throw new Fault('shape', `"value" is longer than ${longestValue} characters`)
  }
  return text
}

function plainText(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'number') {
    throw new Fault('shape', '"value" is no text, number, boolean, or array of them')
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 2 ** 64) {
    throw new Fault('shape', `"value" is beyond 2^53, where JSON has no whole numbers: send a text`)
  }
  return Object.is(value, -0) ? '-0' : String(value)
}
