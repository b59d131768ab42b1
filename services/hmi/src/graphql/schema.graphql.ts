/** The schema, one part for each area; every name here is part of the contract. */
export const scalarsSdl = /* GraphQL */ `
"RFC 3339 in UTC, with microseconds where there are any: 2026-11-21T04:00:00.123456Z"
scalar DateTime
"A number, string, boolean or an array of them. Integers beyond 2^53 and NaN, Infinity, -Infinity are strings; byte strings are base64, date-times RFC 3339."
scalar Value
"A length of time: 250ms, 1s, 5m, 1h, 1d, 1w"
scalar Duration
"A whole number of 32 bits without sign: 0 to 4294967295"
scalar UInt32
"Any JSON value"
scalar JSON

"Where a page lies (Relay cursor specification)"
type PageInfo {
  "There is more behind this page"
  hasNextPage: Boolean!
  "There is more before this page"
  hasPreviousPage: Boolean!
  "Cursor of the first item; null on an empty page"
  startCursor: String
  "Cursor of the last item: give it as 'after' to get the next page; null on an empty page"
  endCursor: String
}
`

export const pointsSdl = /* GraphQL */ `
"A monitoring point, as the configuration in force declares it"
type Point {
  "System/Subsystem/…/Name: unique, and the same for ever"
  id: ID!
  "What it measures"
  description: String
  "Unit of its values"
  unit: String
  "boolean, int8 to int64, uint8 to uint64, float, double, string, datetime, bytes or enum; an array has [] behind it"
  type: String!
  "The OPC-UA server that it comes from"
  source: String!
  "How often it is sampled, in milliseconds"
  intervalMs: Int!
  "Names how long the archive keeps it"
  archiveClass: String!
  "Values outside of it are BAD; null where none is declared"
  range: Range
  "The names of an enumeration's values; null for any other type"
  enumeration: [EnumerationName!]
}

"From low to high, both included"
type Range {
  low: Float!
  high: Float!
}

"One value of an enumeration"
type EnumerationName {
  code: Int!
  name: String!
}

"A page of points, in the order of their ids"
type PointConnection {
  edges: [PointEdge!]!
  pageInfo: PageInfo!
  "How many match on all pages together"
  totalCount: Int!
}

"A point on a page"
type PointEdge {
  node: Point!
  "Stays good when points come and go"
  cursor: String!
}

extend type Query {
  "Points by id or description: a pattern when it has * or ? (* does not cross /, ** does), else a part of either in any case; ids: of these only. first: 0 to 25000"
  points(match: String, ids: [ID!], first: Int = 100, after: String): PointConnection!
}
`

export const samplesSdl = /* GraphQL */ `
"The three classes of an OPC-UA status code"
enum Quality {
  GOOD
  UNCERTAIN
  BAD
}

"How a regular series is made: LAST and LINEAR at each step, the others over the samples from a step to the next"
enum ResampleMethod {
  "The value in force at the step"
  LAST
  "On the line between the values around the step; as LAST where that has no meaning"
  LINEAR
  "Mean of the finite numbers that are not BAD"
  MEAN
  "Least of the finite numbers that are not BAD"
  MIN
  "Greatest of the finite numbers that are not BAD"
  MAX
  "How many samples there are, of any quality"
  COUNT
}

"One value of one point. A gap in the data has a null value and the status 2150694912 (0x80310000, BadNoCommunication)"
type Sample {
  point: ID!
  "The source's stamp, else the server's, else the collector's"
  time: DateTime!
  "When the device says the value was so"
  sourceTime: DateTime
  "When the OPC-UA server says it sampled it"
  serverTime: DateTime
  "When MLA received it"
  collectedTime: DateTime!
  value: Value
  "The name of an enumeration's value"
  text: String
  quality: Quality!
  "The full OPC-UA status code"
  status: UInt32!
  "How many other values of this point are folded into this one, since this client was too slow for them"
  missed: Int!
}

"What the samples of [time, time + width) come to; min, max and mean are of the finite numbers that are not BAD"
type Bucket {
  "Where it begins; aligned to UTC"
  time: DateTime!
  "All its samples, of any quality"
  count: Int!
  min: Float
  max: Float
  mean: Float
  first: Value
  last: Value
}

"The history of one point: samples, or buckets where there are more samples than asked for"
type Series {
  point: ID!
  "What was read: raw samples, or summaries such as 1m"
  tier: String!
  "In order of time"
  samples: [Sample!]
  "In order of time; empty ones are left out"
  buckets: [Bucket!]
}

"A percentile: so many percent of the numbers are no greater than the value"
type Percentile {
  percent: Float!
  "Null where there is no number"
  value: Float
}

"How the finite numbers of a point that are not BAD are spread over a time"
type Percentiles {
  point: ID!
  "What was read: raw samples, or the sketches of rollups such as 1h"
  tier: String!
  "The numbers, as many as there were"
  count: Float!
  "The most that a value is wrong by, as a share of itself"
  accuracy: Float!
  values: [Percentile!]!
}

extend type Query {
  "Percentiles of the numbers of [from, to) of each point, from sketches where it is rolled up: those of a year take milliseconds"
  percentiles(points: [ID!]!, from: DateTime!, to: DateTime!, percents: [Float!]! = [1, 5, 50, 95, 99]): [Percentiles!]!
  "The newest sample of each point, or the newest as of a time; a point without any is left out, an id that does not exist is named in errors. Up to 25000 points"
  latest(points: [ID!]!, at: DateTime): [Sample!]!
  "The samples of [from, to) of each point. With more than maxPoints of them a series has buckets; with every and method it has one sample for each step, from 'from' on or, if aligned, at multiples of every, UTC. maxHold: how long a value counts for LAST and LINEAR; without it, until the next one"
  history(points: [ID!]!, from: DateTime!, to: DateTime!, maxPoints: Int = 1000, every: Duration, method: ResampleMethod, maxHold: Duration, aligned: Boolean = false): [Series!]!
}

extend type Subscription {
  "First the newest sample of each point in one message (with since: all samples later than that), then every new one, in batches. Up to 25000 points"
  samples(points: [ID!]!, since: DateTime): [Sample!]!
}
`
