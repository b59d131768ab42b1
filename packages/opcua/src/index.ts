export { type BrowseOptions, browse } from './browse.ts'
export type { ConnectSettings } from './connection.ts'
export type { Progress } from './ledger.ts'
export { openServerLink } from './link.ts'
export type {
  BrowsedNode,
  HandedItem,
  HandedSubscription,
  HandOver,
  Inheritance,
  LinkEvents,
  LinkFigures,
  LinkSettings,
  LinkState,
  NodeOutcome,
  NodeValue,
  Progresses,
  ServerLink,
  WatchedNode,
} from './port.ts'
