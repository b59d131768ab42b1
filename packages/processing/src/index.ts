export type { ComparisonRules, Condition } from './comparison.ts'
export {
  type DerivedPoint,
  type DerivedRules,
  type InputDescription,
  plainTypeOf,
  problemOfExpression,
  readNames,
} from './derived.ts'
export { DistinctSketch } from './distinct-sketch.ts'
export {
  type Band,
  type FilterRules,
  type PassWindow,
  SampleFilter,
  type StatusRules,
  type Suppression,
  suppressions,
  type UnchangedRules,
} from './filter.ts'
export type { FormulaRules } from './formula.ts'
export { HeavyHitters, type Hitter } from './heavy-hitters.ts'
export type { Saved } from './observation.ts'
export {
  createProcessor,
  type ProcessingCounts,
  type Processor,
  type ProcessorRules,
} from './processor.ts'
export { QuantileSketch } from './quantile-sketch.ts'
export type { RegularRules } from './regular.ts'
export {
  type ResampleMethod,
  type ResampleSettings,
  regularOf,
  resample,
  resampleMethods,
} from './resample.ts'
export { type SimpleStatistic, type Statistic, simpleStatistics } from './statistics.ts'
export type { WindowRules, WindowSpan } from './window.ts'
