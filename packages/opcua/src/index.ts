export { type BrowseOptions, browse } from './browse.ts'
export type { ConnectSettings } from './connection.ts'
export { openServerLink } from './link.ts'
export type {
  BrowsedNode,
  LinkEvents,
  LinkFigures,
  LinkSettings,
  LinkState,
  NodeOutcome,
  NodeValue,
  ServerLink,
  WatchedNode,
} from './port.ts'
