export { type Address, componentIdOf, everyone, isAddressed, nameOf } from './address.ts'
export {
  type Campaign,
  campaignIn,
  documentOf,
  followCampaigns,
  isActive,
} from './campaign.ts'
export { cdbSource, onTheBus } from './cdb-source.ts'
export { type CdbStore, createCdbStore, type Published, type Said } from './cdb-store.ts'
export {
  type ComponentParts,
  type Outcome,
  runComponent,
  type WorkInHand,
} from './component.ts'
export { type ComponentSettings, componentEnv } from './config.ts'
export { commandLifeMicros } from './judge.ts'
export {
  documentOfLevel,
  followLogLevels,
  type LogLevelRule,
  levelOfSource,
  type SourceLevel,
} from './log-levels.ts'
export { type ComponentStatus, createRoster, type Roster } from './roster.ts'
export { shareVersions } from './share-versions.ts'
export { type Wanted, wantedOf } from './wanted.ts'
