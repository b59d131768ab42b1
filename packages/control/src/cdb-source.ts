import { type Bus, mlaCdb } from '@mla/bus'
import { type Environment, followDocuments, type LoadResult, watchCdb } from '@mla/cdb'

/** The value of MLA_CDB that stands for the topic instead of a folder. */
export const onTheBus = 'bus'

/** The versions of the configuration, as the setting MLA_CDB says: of a folder, or of `mla.cdb`. */
export const cdbSource =
  (setting: string, env: Environment, bus: Pick<Bus, 'follow'>) =>
  (signal: AbortSignal): AsyncIterable<LoadResult> =>
    setting === onTheBus
      ? followDocuments(bus.follow(mlaCdb, 0, signal), env)
      : watchCdb(setting, env, signal)
