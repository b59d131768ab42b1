import { type ConversionRules, createConverter, type Rejected, wireOf } from '@mla/alarm'
import { alarmBsdb, type Message, type Outgoing, partitionOf } from '@mla/bus'
import type { Cdb } from '@mla/cdb'
import type { IasioBatch, Micros, PluginBatch, WireIasio } from '@mla/model'

/** What becomes of one message of `alarm.basic`. */
export interface Conversion {
  readonly outgoing: readonly Outgoing<IasioBatch>[]
  readonly rejected: readonly Rejected[]
}

export type Convert = (message: Message<PluginBatch>, now: Micros) => Conversion

/** What a converter needs to know of a configuration; one without alarms knows no identifier. */
export const rulesOf = ({ alarms }: Pick<Cdb, 'alarms'>): ConversionRules => ({
  iasios: alarms?.iasios ?? new Map(),
  templates: alarms?.templates ?? new Map(),
})

/**
 * IASIOs go to the partition of their identifier, those of one message in one batch each. A batch is
 * named by where it comes from and goes to, with the offset as its sequence: whoever converts the
 * message again, after a kill or elsewhere, makes a copy that is known as one.
 */
export function createConvert(name: string, rules: ConversionRules): Convert {
  const converter = createConverter(name, rules)
  const { partitions } = alarmBsdb.settings
  return ({ record, partition, offset }, now) => {
    const { iasios, rejected } = converter.convert(record, now, now)
    const byPartition = new Map<number, WireIasio[]>()
    for (const iasio of iasios) {
      const target = partitionOf(iasio.id, partitions)
      const values = byPartition.get(target)
      if (values) values.push(wireOf(iasio))
      else byPartition.set(target, [wireOf(iasio)])
    }
    const outgoing = [...byPartition].map(([target, values]) => ({
      key: values[0]?.id ?? '',
      partition: target,
      record: { producer: `${name}/${partition}/${target}`, epoch: 0, sequence: offset, values },
    }))
    return { outgoing, rejected }
  }
}
