import { type Micros, parseTime, type WireIasio } from '@mla/model'
import { formatIasTime, parseIasTime } from './ias-time.ts'
import { type IasType, iasTypes, modes } from './iasio.ts'
import { idOfRunningId } from './identifier.ts'
import { formatIasValue, parseIasValue } from './value-text.ts'

/** The property that says: a bridge of ours wrote it, so no bridge of ours reads it. */
export const bridgedProperty = 'mla.bridged'

/**
 * An IASIO as IAS has it on BsdbCoreKTopic: every field a text, what is absent left out. Null for one
 * without a value, which IAS cannot express.
 */
export function toIasValue(iasio: WireIasio): string | null {
  const { value, type } = iasio
  if (value === null) return null
  const time = (stamp: Micros | null) => (stamp === null ? undefined : formatIasTime(stamp))
  const { dependencies } = iasio
  return JSON.stringify({
    value: type === 'TIMESTAMP' ? formatIasTime(parseTime(value)) : value,
    readFromMonSysTStamp: time(iasio.readFromMonitoredSystem),
    productionTStamp: time(iasio.production),
    sentToConverterTStamp: time(iasio.sentToConverter),
    receivedFromPluginTStamp: time(iasio.receivedFromPlugin),
    convertedProductionTStamp: time(iasio.convertedProduction),
    sentToBsdbTStamp: time(iasio.sentToBsdb),
    depsFullRunningIds: dependencies.length > 0 ? dependencies : undefined,
    mode: iasio.mode,
    iasValidity: iasio.validity,
    fullRunningId: iasio.fullRunningId,
    valueType: type,
    props: { ...iasio.properties, [bridgedProperty]: 'true' },
  })
}

export type FromIas =
  | { readonly kind: 'iasio'; readonly iasio: WireIasio }
  /** A bridge of ours wrote it. */
  | { readonly kind: 'ours' }
  | { readonly kind: 'bad'; readonly reason: string }

/** Reads an IASIO as IAS writes it. */
export function fromIasValue(text: string): FromIas {
  let fields: unknown
  try {
    fields = JSON.parse(text)
  } catch {
    return bad('it is no JSON')
  }
  if (typeof fields !== 'object' || fields === null) return bad('it is no JSON object')
  const given = new Map<string, unknown>(Object.entries(fields))
  const textOf = (name: string): string => {
    const value = given.get(name)
    return typeof value === 'string' ? value : ''
  }
  const properties = textsOf(given.get('props'))
  if (bridgedProperty in properties) return { kind: 'ours' }
  const fullRunningId = textOf('fullRunningId')
  const id = idOfRunningId(fullRunningId)
  if (id === null) return bad(`"${fullRunningId.slice(0, 100)}" is no full running id`)
  const type = iasTypes.find((one) => one === textOf('valueType'))
  if (!type) return bad(`"${textOf('valueType').slice(0, 40)}" is no type`)
  const mode = modes.find((one) => one === textOf('mode'))
  if (!mode) return bad(`"${textOf('mode').slice(0, 40)}" is no mode`)
  const validity = textOf('iasValidity')
  if (validity !== 'RELIABLE' && validity !== 'UNRELIABLE') {
    return bad(`"${validity.slice(0, 40)}" is no validity`)
  }
  const value = plainValue(type, textOf('value'))
  if (value === null) return bad(`"${textOf('value').slice(0, 60)}" is no ${type}`)
  const dependencies = given.get('depsFullRunningIds')
  const time = (name: string): Micros | null => parseIasTime(textOf(name))
  return {
    kind: 'iasio',
    iasio: {
      ...{ id, fullRunningId, type, value, mode, validity, properties },
      readFromMonitoredSystem: time('readFromMonSysTStamp'),
      production: time('productionTStamp'),
      sentToConverter: time('sentToConverterTStamp'),
      receivedFromPlugin: time('receivedFromPluginTStamp'),
      convertedProduction: time('convertedProductionTStamp'),
      sentToBsdb: time('sentToBsdbTStamp'),
      dependencies: Array.isArray(dependencies) ? dependencies.map(String) : [],
      ...{ isChange: true, before: null, annunciation: 'ANNUNCIATED' },
      ...{ acknowledgement: null, shelf: null, outOfService: null },
      ...{ action: null, since: null, setSince: null },
    },
  }
}

/** The text that our BSDB has: a TIMESTAMP with all its digits. */
function plainValue(type: IasType, text: string): string | null {
  const value = parseIasValue(type, text)
  return value === null ? null : formatIasValue(type, value)
}

const bad = (reason: string): FromIas => ({ kind: 'bad', reason })

function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {}
  const texts = Object.entries(value).filter(([, one]) => typeof one === 'string')
  return Object.fromEntries(texts)
}
