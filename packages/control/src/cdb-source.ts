import { type Environment, type LoadResult, watchCdb } from '@mla/cdb'

/** The versions of the configuration, as the setting MLA_CDB says: of a folder. */
export const cdbSource =
  (setting: string, env: Environment) =>
  (signal: AbortSignal): AsyncIterable<LoadResult> =>
    watchCdb(setting, env, signal)
