/**
 * Tables of log records. What is known of a block, its filter and its data are apart, because
 * a search reads many of the first, some of the second and few of the third. `hour` is when the
 * log took the first batch of a block, `event_hour` is of the records' own times.
 */
export const logTables = ['log_heads', 'log_filters', 'log_blocks', 'log_seen', 'log_days'] as const

const windows = `compaction = {'class': 'TimeWindowCompactionStrategy',
  'compaction_window_unit': 'DAYS', 'compaction_window_size': '1'}`
const key = `hour int, partition int, opened bigint, cut bigint`
const order = `PRIMARY KEY ((hour, partition), opened, cut)`

export const logStatements = (keyspace: string): readonly string[] => [
  `CREATE TABLE IF NOT EXISTS ${keyspace}.log_heads (${key}, next bigint, closed bigint,
    first_time bigint, last_time bigint, summary text, lanes text, ${order})
    WITH ${windows} AND comment = 'what is known of each block of log records'`,
  `CREATE TABLE IF NOT EXISTS ${keyspace}.log_filters (${key}, filter blob, ${order})
    WITH ${windows} AND compression = {'enabled': false}
    AND comment = 'which texts a block of log records may hold'`,
  `CREATE TABLE IF NOT EXISTS ${keyspace}.log_blocks (${key}, format tinyint, data blob, ${order})
    WITH ${windows} AND compression = {'enabled': false}
    AND comment = 'blocks of log records, compressed by MLA'`,
  `CREATE TABLE IF NOT EXISTS ${keyspace}.log_seen (day int, event_hour int, hour int,
    partition int, rank tinyint, source text,
    PRIMARY KEY ((day), event_hour, hour, partition, rank, source))
    WITH comment = 'which sources and priorities have records in an hour, and where'`,
  `CREATE TABLE IF NOT EXISTS ${keyspace}.log_days (shelf int, day int, PRIMARY KEY (shelf, day))
    WITH comment = 'the UTC days (since 1970) that have log records'`,
]
