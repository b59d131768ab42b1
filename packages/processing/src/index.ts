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
