import { microsOfMillis } from '@mla/model'
import type { DataValue } from 'node-opcua-data-value'
import { type CreateMonitoredItemHook, MonitoredItem, type Subscription } from 'node-opcua-server'
import { StatusCodes } from 'node-opcua-status-code'
import { DataChangeNotification, MonitoredItemNotification } from 'node-opcua-types'
import type { Sampler } from '../sampler.ts'
import type { Deliveries, ServedPoint } from '../served-point.ts'
import { isValue } from './address-space.ts'
import { dataValueOf, modelValueOf } from './values.ts'

/** The notifications of one monitored item that wait to be published. */
interface Owed {
  readonly index: number
  waiting: number
}

/**
 * Takes the sampling of our nodes' monitored items into our own hands, and counts what they queue.
 *
 * node-opcua samples all items of one interval in one burst, by a timer that drifts. It has no
 * hook for either, so three methods of the item are replaced: `_set_timer` and `_clear_timer`,
 * which start and stop its sampling, and `_enqueue_value`, the one way by which any value gets
 * into its queue (first values and those sent once more after a transfer included). They are
 * checked to be there, and the tests would see it if they ceased to mean this.
 */
export function superviseItems(
  variables: ReadonlyMap<unknown, ServedPoint>,
  sampler: Sampler,
  deliveries: Deliveries,
): CreateMonitoredItemHook {
  const handlesOf = new WeakMap<Subscription, Map<number, Owed>>()

  /** What is owed by client handle, and the counting of what is published or ends unpublished. */
  const handles = (subscription: Subscription): Map<number, Owed> => {
    const known = handlesOf.get(subscription)
    if (known) return known
    const made = new Map<number, Owed>()
    handlesOf.set(subscription, made)
    subscription.on('notification', (message) => {
      for (const data of message.notificationData ?? []) {
        if (!(data instanceof DataChangeNotification)) continue
        for (const { clientHandle } of data.monitoredItems ?? []) {
          const owed = made.get(clientHandle)
          if (owed === undefined) continue
          owed.waiting -= 1
          deliveries.published(owed.index)
        }
      }
    })
    subscription.on('removeMonitoredItem', ({ clientHandle }) => {
      const owed = made.get(clientHandle)
      made.delete(clientHandle)
      if (owed !== undefined) deliveries.ended(owed.index, owed.waiting)
    })
    return made
  }

  return async (subscription, item) => {
    const served = item instanceof MonitoredItem && variables.get(item.node)
    if (served && isValue(item.itemToMonitor.attributeId)) {
      sampleOurselves(item, served, sampler)
      countQueued(item, served, deliveries, handles(subscription))
    }
    return StatusCodes.Good
  }
}

function sampleOurselves(item: MonitoredItem, served: ServedPoint, sampler: Sampler): void {
  let stop: (() => void) | null = null
  const sample = (tickMs: number): void => {
    const made = served.at(tickMs)
    if (made) item.recordValue(dataValueOf(made, tickMs))
  }
  replace(item, '_set_timer', () => {
    stop = sampler.add(item.samplingInterval, served.phase, sample)
    item._samplingId = 'simulator'
  })
  replace(item, '_clear_timer', () => {
    stop?.()
    stop = null
    delete item._samplingId
  })
}

function countQueued(
  item: MonitoredItem,
  { index }: ServedPoint,
  deliveries: Deliveries,
  handles: Map<number, Owed>,
): void {
  const enqueue = item._enqueue_value.bind(item)
  const owed: Owed = { index, waiting: 0 }
  let handle = -1
  replace(item, '_enqueue_value', (dataValue: DataValue) => {
    if (handle !== item.clientHandle) {
      handles.set(item.clientHandle, owed)
      handle = item.clientHandle
    }
    const full = item.queue.length >= item.queueSize
    const lost = full ? item.queue[item.discardOldest ? 0 : item.queue.length - 1] : undefined
    owed.waiting += 1
    enqueue(dataValue)
    deliveries.queued(index, timeOf(dataValue), modelValueOf(dataValue.value), codeOf(dataValue))
    if (lost instanceof MonitoredItemNotification) {
      owed.waiting -= 1
      deliveries.discarded(index, timeOf(lost.value), modelValueOf(lost.value.value))
    }
  })
}

const timeOf = ({ sourceTimestamp }: DataValue): number =>
  microsOfMillis(sourceTimestamp?.getTime() ?? 0)
const codeOf = ({ statusCode }: DataValue): number => statusCode.value >>> 0

function replace(item: MonitoredItem, name: string, method: (value: DataValue) => void): void {
  if (typeof Reflect.get(item, name) !== 'function') {
    throw new Error(`node-opcua's MonitoredItem has no ${name} any more`)
  }
  Object.defineProperty(item, name, { value: method })
}
