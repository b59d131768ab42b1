/**
 * What rollups need beside the tables of their tiers. `changed` says by partition of the bus when a
 * block was last stored; a rollup that was made as of the same changes is true.
 */
export const rollupStatements = (keyspace: string): readonly string[] => [
  `ALTER TABLE ${keyspace}.point_days ADD IF NOT EXISTS changed map<int, bigint>`,
  `CREATE TABLE IF NOT EXISTS ${keyspace}.rollup_due (written int, point text, day int,
    PRIMARY KEY (written, point, day))
    WITH default_time_to_live = ${14 * 86_400}
    AND comment = 'which days of points got samples on the UTC day written: what a new process rolls up'`,
]

/** Chunks that lie in one partition. */
export const chunksAPeriod = 512

/** The chunks of one tier of a class; the coarsest one's carry sketches. */
export const rollupTable = (
  keyspace: string,
  table: string,
  settings: { readonly id: string; readonly windowDays: number; readonly ttlSeconds: number },
): string => `
  CREATE TABLE IF NOT EXISTS ${keyspace}.${table} (
    point text, period int, start bigint, as_of text, data blob, sketch blob, sketches blob,
    PRIMARY KEY ((point, period), start)
  ) WITH id = ${settings.id}
    AND compaction = {'class': 'TimeWindowCompactionStrategy',
      'compaction_window_unit': 'DAYS', 'compaction_window_size': '${settings.windowDays}'}
    AND compression = {'class': 'LZ4Compressor', 'chunk_length_in_kb': 16}
    AND default_time_to_live = ${settings.ttlSeconds}
    AND comment = 'rollups; as_of says what of point_days.changed they know'`
