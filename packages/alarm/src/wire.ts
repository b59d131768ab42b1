import { formatTime, type Micros, MlaError, type WireIasio, type WireNote } from '@mla/model'
import { parseAlarm } from './alarm-state.ts'
import type { Received } from './dasu-port.ts'
import type { Emission } from './emission.ts'
import {
  type Iasio,
  type IasType,
  type IasValue,
  iasTypes,
  isAlarm,
  type Mode,
  modes,
} from './iasio.ts'
import {
  type Annunciation,
  actionKinds,
  type Done,
  type Note,
  type OperatorState,
  untouched,
} from './operator.ts'
import { formatIasValue, parseIasValue } from './value-text.ts'

/** An IASIO as it travels on the BSDB; what only alarms of a DASU have is left at its defaults. */
export function wireOf(iasio: Iasio | Emission): WireIasio {
  const { stamps } = iasio
  const own: Partial<Emission> = iasio
  const operator = own.operator ?? untouched
  return {
    ...{ id: iasio.id, fullRunningId: iasio.fullRunningId, type: iasio.type },
    value: iasio.value === null ? null : textOf(iasio.type, iasio.value),
    ...{ mode: iasio.mode, validity: iasio.validity },
    readFromMonitoredSystem: stamps.readFromMonitoredSystem,
    production: stamps.production,
    sentToConverter: stamps.sentToConverter,
    receivedFromPlugin: stamps.receivedFromPlugin,
    convertedProduction: stamps.convertedProduction,
    sentToBsdb: stamps.sentToBsdb,
    ...{ dependencies: iasio.dependencies, properties: iasio.properties },
    ...{ isChange: own.isChange ?? true, before: own.before?.text ?? null },
    annunciation: own.annunciation ?? 'ANNUNCIATED',
    acknowledgement: wireNote(operator.acknowledgement),
    shelf: wireNote(operator.shelf),
    outOfService: wireNote(operator.outOfService),
    action: own.action ?? null,
    ...{ since: own.since ?? null, setSince: own.setSince ?? null },
  }
}

/** What a DASU takes of an IASIO. Throws DECODE_FAILED for what is no IASIO of this version. */
export function receivedOf(wire: WireIasio, fallback: Micros): Received {
  const type = knownTypes.get(wire.type)
  const mode = knownModes.get(wire.mode)
  const value = type === undefined || wire.value === null ? null : parseIasValue(type, wire.value)
  if (!type || !mode || (wire.value !== null && value === null)) throw notOurs(wire)
  const { validity, properties, fullRunningId } = wire
  return {
    value,
    mode,
    validity,
    properties,
    fullRunningId,
    production: wire.production ?? fallback,
  }
}

const knownTypes: ReadonlyMap<string, IasType> = new Map(iasTypes.map((one) => [one, one]))
const knownModes: ReadonlyMap<string, Mode> = new Map(modes.map((one) => [one, one]))

const notOurs = (wire: WireIasio): MlaError =>
  new MlaError(
    'DECODE_FAILED',
    `"${wire.id.slice(0, 100)}": no value "${String(wire.value).slice(0, 60)}" of type ${wire.type.slice(0, 20)}`,
  )

/** Throws DECODE_FAILED for what is no IASIO of this version. */
export function iasioOf(wire: WireIasio, readFromBsdb: number | null = null): Emission {
  const type = knownTypes.get(wire.type)
  const mode = knownModes.get(wire.mode)
  const value = type === undefined || wire.value === null ? null : parseIasValue(type, wire.value)
  const annunciation = annunciations.find((one) => one === wire.annunciation)
  if (!type || !mode || !annunciation || (wire.value !== null && value === null)) {
    throw notOurs(wire)
  }
  const { production, sentToConverter, receivedFromPlugin, convertedProduction, sentToBsdb } = wire
  const { readFromMonitoredSystem } = wire
  return {
    ...{
      id: wire.id,
      fullRunningId: wire.fullRunningId,
      type,
      value,
      mode,
      validity: wire.validity,
    },
    stamps: {
      ...{ readFromMonitoredSystem, production, sentToConverter, receivedFromPlugin },
      ...{ convertedProduction, sentToBsdb, readFromBsdb },
    },
    ...{ dependencies: wire.dependencies, properties: wire.properties, isChange: wire.isChange },
    before: wire.before === null ? null : parseAlarm(wire.before),
    ...{ annunciation, operator: operatorOf(wire), action: actionOf(wire) },
    ...{ since: wire.since, setSince: wire.setSince },
  }
}

const annunciations: readonly Annunciation[] = [
  'ANNUNCIATED',
  'SHELVED',
  'SUPPRESSED',
  'OUT_OF_SERVICE',
]

/** IAS's text of a time ends at milliseconds. */
const textOf = (type: IasType, value: IasValue): string =>
  type === 'TIMESTAMP' && typeof value === 'number' && !isAlarm(value)
    ? formatTime(value)
    : formatIasValue(type, value)

const wireNote = (note: (Note & { readonly until?: number }) | null): WireNote | null =>
  note && { user: note.user, time: note.time, text: note.text, until: note.until ?? null }

function operatorOf({ acknowledgement, shelf, outOfService }: WireIasio): OperatorState {
  if (!acknowledgement && !shelf && !outOfService) return untouched
  return {
    acknowledgement: acknowledgement && noteOf(acknowledgement),
    shelf: shelf && { ...noteOf(shelf), until: shelf.until ?? shelf.time },
    outOfService: outOfService && noteOf(outOfService),
  }
}

function actionOf({ action }: WireIasio): Done | null {
  const kind = actionKinds.find((one) => one === action?.kind)
  return action && kind ? { ...noteOf({ ...action, until: null }), kind } : null
}

const noteOf = ({ user, time, text }: WireNote): Note => ({ user, time, text })
