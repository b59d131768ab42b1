import { antPadInhibitor } from './functions/antennas.ts'
import { delayedAlarm } from './functions/delayed-alarm.ts'
import { expression } from './functions/expression.ts'
import { andAlarm, andBool, orAlarm, orBool } from './functions/logic.ts'
import { minMaxBool, minMaxThreshold } from './functions/min-max-threshold.ts'
import { multiplicity } from './functions/multiplicity.ts'
import {
  backupSelector,
  relocationSelector,
  thresholdWithBackupsAndDelay,
} from './functions/selectors.ts'
import { staleInput, watchdog } from './functions/silence.ts'
import { boolToAlarm, regExpToAlarm } from './functions/to-alarm.ts'
import {
  combine,
  countInTime,
  deviation,
  rateOfChange,
  windowStatistics,
} from './functions/trends.ts'
import { umAlarmByBit, umFire } from './functions/utility-module.ts'
import { visualInspectionAlarm } from './functions/visual-inspection.ts'
import type { TransferFunction } from './transfer-function.ts'

/** Every transfer function, by the name that a configuration may give instead of IAS's class. */
export const transferFunctions = {
  MinMaxThreshold: minMaxThreshold,
  Multiplicity: multiplicity,
  BoolToAlarm: boolToAlarm,
  RegExpToAlarm: regExpToAlarm,
  DelayedAlarm: delayedAlarm,
  ThresholdWithBackupsAndDelay: thresholdWithBackupsAndDelay,
  BackupSelector: backupSelector,
  RelocationSelector: relocationSelector,
  AntPadInhibitor: antPadInhibitor,
  VisualInspectionAlarm: visualInspectionAlarm,
  UMAlarmByBit: umAlarmByBit,
  UMFire: umFire,
  AndAlarm: andAlarm,
  OrAlarm: orAlarm,
  AndBool: andBool,
  OrBool: orBool,
  MinMaxBool: minMaxBool,
  Expression: expression,
  RateOfChange: rateOfChange,
  Deviation: deviation,
  CountInTime: countInTime,
  StaleInput: staleInput,
  Watchdog: watchdog,
  WindowStatistics: windowStatistics,
  Combine: combine,
} as const satisfies Record<string, TransferFunction>

export type TransferFunctionName = keyof typeof transferFunctions

const byName: ReadonlyMap<string, TransferFunction> = new Map(
  Object.entries(transferFunctions).flatMap(([name, one]): [string, TransferFunction][] => [
    [name, one],
    ...one.iasClasses.map((className): [string, TransferFunction] => [className, one]),
  ]),
)

/** By our name or by a class name of IAS; null where there is none. */
export const transferFunctionNamed = (name: string): TransferFunction | null =>
  byName.get(name.trim()) ?? null

/** All names that a configuration may use. */
export const transferFunctionNames = (): readonly string[] => [...byName.keys()]

/** What there is, for a cure: our names, and of each the class of IAS that it stands for first. */
export const transferFunctionsInWords = (() => {
  const all = Object.entries<TransferFunction>(transferFunctions)
  const classes = all.flatMap(([, { iasClasses }]) => iasClasses[0] ?? [])
  return `use one of ${all.map(([name]) => name).join(', ')}; or a class of IAS: ${classes.join(', ')}`
})()
