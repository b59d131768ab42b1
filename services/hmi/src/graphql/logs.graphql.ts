/** The schema of log records; every name of the contract is as there. */
export const logsSdl = /* GraphQL */ `
"How important a log record is"
enum Priority {
  TRACE
  DEBUG
  INFO
  NOTICE
  WARNING
  ERROR
  CRITICAL
  ALERT
  EMERGENCY
}

"By time"
enum LogOrder {
  NEWEST
  OLDEST
}

"What a record must have, all of it"
input LogFilter {
  "This priority and what is above"
  minPriority: Priority
  priorities: [Priority!]
  "Names, patterns with * and ?, or what stands before the slash of a name"
  sources: [String!]
  "Names or patterns, in any case"
  hosts: [String!]
  audience: String
  "Part of the message, in any case"
  text: String
  "A regular expression for the message, without look-around and back references; (?i) in front: in any case"
  regex: String
  "Values by name: of fields, or of process, thread, file, line, routine"
  fields: JSON
}

"What somebody logged, once"
type LogRecord {
  "Where it lies in the archive; also its cursor"
  id: ID!
  "When the sender says it happened; the received time where it does not say"
  time: DateTime!
  "When MLA received it"
  receivedTime: DateTime!
  priority: Priority!
  source: String!
  host: String
  process: String
  thread: String
  file: String
  line: Int
  routine: String
  audience: String
  message: String!
  "What else it said, by name; a name that came twice has a list"
  fields: JSON
  "The line as it came, where the record does not say all that was in it"
  raw: String
}

"A page of records, in order of time"
type LogConnection {
  edges: [LogEdge!]!
  pageInfo: PageInfo!
}

"A record with its place in the list"
type LogEdge {
  node: LogRecord!
  cursor: String!
}

"The records of [time, time + every)"
type LogBucket {
  time: DateTime!
  count: Int!
  "Priorities that have any"
  counts: [LogPriorityCount!]!
}

"Records of one priority"
type LogPriorityCount {
  priority: Priority!
  count: Int!
}

extend type Query {
  "Records of [from, to) that match, newest first unless said otherwise. first: 0 to 10000"
  logs(filter: LogFilter, from: DateTime, to: DateTime, first: Int = 100, after: String, order: LogOrder = NEWEST): LogConnection!
  "How many records there are in each bucket, by priority; empty buckets are left out. Without every: some hundred of them"
  logHistogram(filter: LogFilter, from: DateTime!, to: DateTime!, every: Duration): [LogBucket!]!
  "A record and those around it, oldest first, of a day before and after"
  logContext(id: ID!, filter: LogFilter, before: Int = 20, after: Int = 20): [LogRecord!]!
}

extend type Subscription {
  "Records as they come. First those not older than since, the newest 10000 of them; without since an empty list. A slow client misses the oldest, and is told how many by a record of the source mla/hmi"
  logs(filter: LogFilter, since: DateTime): [LogRecord!]!
}
`
