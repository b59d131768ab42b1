export {
  createPlugin,
  type Plugin,
  type PluginParts,
  type Reading,
  type SavedValue,
} from './plugin.ts'
