/** How fast the alarm core is by itself: on one core, without Kafka. */
import {
  type AsceRules,
  createDasu,
  type Dasu,
  type DasuRules,
  type IasioRules,
  noProperties,
  type Received,
} from '@mla/alarm'
import { seeded } from '../system/seeded.ts'

export const description =
  'alarm [seconds=4]: evaluations of ASCEs on one core; 5,000 alarms in 200 DASUs fed with 20,000 values/s'

const dasuCount = 200
const alarmsOfEach = 25
const start = 1_795_176_000_000_000

/** Twenty-four alarms of the kinds that an observatory has, and one over them all. */
function rulesOf(number: number, throttle: number): DasuRules {
  const iasios = new Map<string, IasioRules>()
  const declare = (id: string, type: IasioRules['type']): string => {
    iasios.set(id, { id, type, canShelve: true })
    return id
  }
  const asces: AsceRules[] = []
  const alarms: string[] = []
  for (let i = 0; i < alarmsOfEach - 1; i++) {
    const name = `D${number}/${i}`
    const output = declare(`${name}/Alarm`, 'ALARM')
    const isBoolean = i % 6 === 4
    const input = declare(`${name}/Value`, isBoolean ? 'BOOLEAN' : 'DOUBLE')
    const common = { id: `A${number}-${i}`, output, inputs: [input] }
    const limits = { highOn: '90', highOff: '85', lowOn: '5', lowOff: '8', 'mla.publish': 'true' }
    if (isBoolean) {
      asces.push({
        ...common,
        transferFunction: 'BoolToAlarm',
        properties: { 'mla.publish': 'true' },
      })
    } else if (i % 6 === 5) {
      const expression = `{${input}} > 90 or lasting({${input}} > 80, 10s)`
      const properties = { expression, 'mla.publish': 'true' }
      asces.push({ ...common, transferFunction: 'Expression', properties })
    } else {
      asces.push({ ...common, transferFunction: 'MinMaxThreshold', properties: limits })
    }
    alarms.push(output)
  }
  const output = declare(`D${number}/Many`, 'ALARM')
  asces.push({
    ...{ id: `A${number}-many`, output, inputs: alarms, transferFunction: 'Multiplicity' },
    properties: { threshold: '3' },
  })
  return {
    ...{ supervisor: 'Sup', id: `D${number}`, output, asces, iasios, throttle },
    ...{ validityThreshold: 11_000_000, refresh: 5_000_000 },
  }
}

type Target = { readonly dasu: Dasu; readonly index: number; readonly isBoolean: boolean }

function targetsOf(throttle: number): Target[] {
  return Array.from({ length: dasuCount }, (_, i) => createDasu(rulesOf(i, throttle))).flatMap(
    (dasu) =>
      dasu.inputs.map((id, index) => ({
        ...{ dasu, index },
        isBoolean: dasu.rules.iasios.get(id)?.type === 'BOOLEAN',
      })),
  )
}

/** Values of a sensor: near the middle, now and then beyond a limit. */
const valueFor = (isBoolean: boolean, random: () => number, share: number): number | boolean =>
  isBoolean ? random() < share : random() < share ? 95 : 20 + random() * 50

const receivedOf = (value: number | boolean, production: number): Received => ({
  ...{ value, production, mode: 'OPERATIONAL', validity: 'RELIABLE', properties: noProperties },
  fullRunningId: '(Bench:CORETOOL)@(Value:IASIO)',
})

const evaluationsOf = (targets: readonly Target[]): number =>
  [...new Set(targets.map(({ dasu }) => dasu))].reduce(
    (sum, { counts }) => sum + counts.evaluations,
    0,
  )

export async function run(args: readonly string[]): Promise<Record<string, number>> {
  const seconds = Number(args[0] ?? 4)
  return { ...batched(seconds), ...unthrottled(seconds), ...atRate(seconds * 10), ...flood() }
}

/** As they come in a batch: all values of a DASU, of which each has changed, then one run. */
function batched(seconds: number): Record<string, number> {
  const targets = targetsOf(0)
  const random = seeded(1)
  let now = start
  const feed = (rounds: number): void => {
    for (let round = 0; round < rounds; round++) {
      now += 50_000
      let last: Dasu | null = null
      for (const { dasu, index, isBoolean } of targets) {
        if (last !== null && dasu !== last) last.run(now)
        last = dasu
        dasu.accept(index, receivedOf(valueFor(isBoolean, random, 0.002), now), now)
      }
      last?.run(now)
    }
  }
  feed(100)
  const before = evaluationsOf(targets)
  const begun = cpuSeconds()
  while (cpuSeconds() - begun < seconds) feed(10)
  const took = cpuSeconds() - begun
  return { evaluations_per_s_in_batches: (evaluationsOf(targets) - before) / took }
}

/** Every value is evaluated and what came of it is sent before the next one comes. */
function unthrottled(seconds: number): Record<string, number> {
  const targets = targetsOf(0)
  const random = seeded(1)
  let now = start
  let sent = 0
  let values = 0
  const feed = (count: number): void => {
    for (let i = 0; i < count; i++) {
      const { dasu, index, isBoolean } = targets[values++ % targets.length] ?? fail()
      now += 50
      dasu.accept(index, receivedOf(valueFor(isBoolean, random, 0.002), now), now)
      sent += dasu.run(now).length
    }
  }
  feed(500_000)
  const [before, valuesBefore] = [evaluationsOf(targets), values]
  // Processor time: what else runs on the machine does not count.
  const begun = cpuSeconds()
  while (cpuSeconds() - begun < seconds) feed(20_000)
  const took = cpuSeconds() - begun
  return {
    evaluations_per_s_one_by_one: (evaluationsOf(targets) - before) / took,
    values_per_s_one_by_one: (values - valuesBefore) / took,
    sent_per_value: sent / values,
  }
}

/** So many seconds of the array, each value as it comes, with the throttle that is usual. */
function atRate(simulatedSeconds: number): Record<string, number> {
  const perSecond = 20_000
  const targets = targetsOf(20_000)
  const dasus = [...new Set(targets.map(({ dasu }) => dasu))]
  const random = seeded(2)
  let sent = 0
  const begun = cpuSeconds()
  for (let i = 0; i < simulatedSeconds * perSecond; i++) {
    const now = start + i * (1_000_000 / perSecond)
    const { dasu, index, isBoolean } = targets[Math.floor(random() * targets.length)] ?? fail()
    dasu.accept(index, receivedOf(valueFor(isBoolean, random, 0.0005), now), now)
    if (i % 20 === 0) for (const one of dasus) if (one.due <= now) sent += one.run(now).length
  }
  return {
    cpu_share_at_20000_values_per_s: (cpuSeconds() - begun) / simulatedSeconds,
    sent_per_s: sent / simulatedSeconds,
  }
}

/** All 5,000 alarms are set at one moment. */
function flood(): Record<string, number> {
  const targets = targetsOf(20_000)
  const dasus = [...new Set(targets.map(({ dasu }) => dasu))]
  const feed = (value: number | boolean, now: number): number => {
    for (const { dasu, index, isBoolean } of targets) {
      dasu.accept(index, receivedOf(isBoolean ? value === 95 : value, now), now)
    }
    return dasus.reduce((sum, dasu) => sum + dasu.run(now + 20_000).length, 0)
  }
  feed(20, start)
  const begun = cpuSeconds()
  const alarms = feed(95, start + 1_000_000)
  return { flood_alarms: alarms, flood_cpu_ms: (cpuSeconds() - begun) * 1000 }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

function fail(): never {
  throw new Error('no target')
}
