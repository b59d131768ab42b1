/**
 * Tables of alarm transitions: by alarm and month (of 30 days since 1970), and by day. Which
 * alarms there are, and in which months one has transitions, are small tables of their own.
 */
export const alarmStatements = (keyspace: string): readonly string[] => [
  `CREATE TABLE IF NOT EXISTS ${keyspace}.alarm_history (alarm text, month int, ${columns},
    PRIMARY KEY ((alarm, month), time, epoch, sequence))
    WITH CLUSTERING ORDER BY (time DESC, epoch DESC, sequence DESC)
    AND comment = 'transitions of each alarm'`,
  `CREATE TABLE IF NOT EXISTS ${keyspace}.alarm_days (day int, alarm text, ${columns},
    PRIMARY KEY ((day), time, epoch, sequence, alarm))
    WITH CLUSTERING ORDER BY (time DESC, epoch DESC, sequence DESC, alarm DESC)
    AND comment = 'transitions of all alarms, by UTC day (since 1970)'`,
  `CREATE TABLE IF NOT EXISTS ${keyspace}.alarm_months (alarm text, month int,
    PRIMARY KEY ((alarm), month)) WITH CLUSTERING ORDER BY (month DESC)
    AND comment = 'the months in which an alarm has transitions'`,
  `CREATE TABLE IF NOT EXISTS ${keyspace}.alarm_names (shelf int, alarm text,
    PRIMARY KEY ((shelf), alarm)) WITH comment = 'the alarms that have transitions'`,
  `CREATE TABLE IF NOT EXISTS ${keyspace}.alarm_day_list (shelf int, day int,
    PRIMARY KEY ((shelf), day)) WITH CLUSTERING ORDER BY (day DESC)
    AND comment = 'the UTC days (since 1970) that have transitions'`,
]

const columns = `time bigint, epoch bigint, sequence bigint, from_state text, to_state text,
  priority text, validity text, action text, operator text, comment text, details text`
