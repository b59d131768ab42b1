/** The schema of alarms; every name of the contract is as there. */
export const alarmsSdl = /* GraphQL */ `
"Whether its condition holds, and whether somebody has acknowledged that"
enum AlarmState {
  CLEAR_ACK
  CLEAR_UNACK
  SET_UNACK
  SET_ACK
}

"How soon somebody must act, the least urgent first"
enum AlarmPriority {
  LOW
  MEDIUM
  HIGH
  CRITICAL
}

"Whether a value is fresh and made from good ones"
enum Validity {
  RELIABLE
  UNRELIABLE
}

"Whether an alarm calls for attention, or what keeps it from that"
enum Annunciation {
  ANNUNCIATED
  SHELVED
  SUPPRESSED
  OUT_OF_SERVICE
}

"What an alarm must have, all of it"
input AlarmFilter {
  ids: [ID!]
  "A pattern with * and ?, or a part of the id or description in any case"
  match: String
  states: [AlarmState!]
  "This priority and what is above"
  minPriority: AlarmPriority
  shelved: Boolean
  "Set, acknowledged or not"
  active: Boolean
}

"An alarm as it is now, or was at a time"
type Alarm {
  id: ID!
  state: AlarmState!
  priority: AlarmPriority!
  "UNRELIABLE also where nothing was heard of it for too long"
  validity: Validity!
  mode: String!
  "Since when it has this state and priority"
  time: DateTime!
  "When it was set last"
  setTime: DateTime
  description: String
  properties: JSON
  "What it was made from"
  dependencies: [ID!]!
  "The monitoring points that it is worked out from, by the configuration in force"
  points: [ID!]!
  annunciation: Annunciation!
  acknowledgedBy: String
  acknowledgedTime: DateTime
  "What who acknowledged it said"
  comment: String
  shelvedUntil: DateTime
  shelvedBy: String
  shelvedReason: String
  "The end of its shelf is near: in the last five minutes, or the last tenth of a short one"
  shelfEnding: Boolean!
  "Since when it waits too long to be acknowledged, as its configuration says"
  escalatedTime: DateTime
  "The alarm that was set first of the burst that this one was set in; itself where it was first or alone"
  firstOut: ID
  "The alarm that explains this one while both are set, by what the configuration says it depends on"
  rootCause: ID
  outOfServiceBy: String
  outOfServiceTime: DateTime
  outOfServiceReason: String
  canShelve: Boolean!
  "What to do"
  guidance: String
  url: String
  "NONE or TYPE1 to TYPE4"
  sound: String!
  supervisor: ID
  dasu: ID
}

"A change of an alarm: of its state, its priority, or by an operator"
type AlarmTransition {
  alarm: ID!
  time: DateTime!
  from: AlarmState
  to: AlarmState!
  priority: AlarmPriority!
  validity: Validity!
  "What an operator did, where one did: acknowledge, shelve and so on; an unshelve without user is the end of its time"
  action: String
  user: String
  comment: String
}

"A page of transitions"
type AlarmTransitionConnection {
  edges: [AlarmTransitionEdge!]!
  pageInfo: PageInfo!
}

"A transition with its place in the list"
type AlarmTransitionEdge {
  node: AlarmTransition!
  cursor: String!
}

"An input of an ASCE with what it last said"
type AlarmInput {
  id: ID!
  type: String!
  description: String
  "The monitoring point that it is, where it is one"
  point: ID
  value: String
  validity: Validity
  mode: String
  time: DateTime
  "Another ASCE makes it, which can be explained in turn"
  isMade: Boolean!
}

"What made an alarm so"
type AlarmExplanation {
  id: ID!
  alarm: Alarm
  supervisor: ID!
  dasu: ID!
  asce: ID!
  transferFunction: String!
  "The rules: properties of the transfer function"
  properties: JSON!
  "Why its output is held, or why it is broken"
  fault: String
  inputs: [AlarmInput!]!
}

"How often an alarm called operators"
type AlarmCount {
  alarm: ID!
  count: Int!
  "Of all annunciations"
  share: Float!
}

"How often operators were called in ten minutes"
type AlarmRate {
  time: DateTime!
  count: Int!
}

"More than ten annunciations in ten minutes, until there are fewer than five"
type AlarmFlood {
  from: DateTime!
  to: DateTime!
  count: Int!
}

"An alarm that called three times within a minute, or more often"
type ChatteringAlarm {
  alarm: ID!
  "The most annunciations within a minute"
  count: Int!
}

"An alarm that is set for longer than a day"
type StaleAlarm {
  alarm: ID!
  since: DateTime!
}

"How often alarms of a priority called"
type AlarmPriorityCount {
  priority: AlarmPriority!
  count: Int!
}

"Seconds from an annunciation to its acknowledgement; null where there was none"
type AcknowledgeTimes {
  count: Int!
  median: Float
  p90: Float
  longest: Float
}

"How good the alarms are to their operators, as ISA-18.2 and EEMUA 191 measure it"
type AlarmFigures {
  from: DateTime!
  to: DateTime!
  "How often operators were called; what was shelved, suppressed or out of service did not call"
  annunciated: Int!
  "The mean rate: 1 is manageable"
  perTenMinutes: Float!
  mostInTenMinutes: Int!
  "Aligned to UTC, empty ones left out"
  tenMinutes: [AlarmRate!]!
  floods: [AlarmFlood!]!
  "The part of the time that was in floods, 0 to 1"
  floodShare: Float!
  "A good distribution is 80 % LOW, 15 % MEDIUM, 5 % HIGH and above"
  priorities: [AlarmPriorityCount!]!
  "The ten that called most"
  mostFrequent: [AlarmCount!]!
  "At least three annunciations within a minute, the worst first"
  chattering: [ChatteringAlarm!]!
  "Set for longer than a day at the end of the range"
  stale: [StaleAlarm!]!
  acknowledged: AcknowledgeTimes!
}

"What Alertmanager has beside our alarms, such as alerts of Prometheus"
type Alert {
  id: ID!
  name: String!
  "critical, warning or info, as its rule says"
  severity: String
  "active, suppressed by a silence or another alert, or unprocessed"
  state: String!
  "Since when it fires"
  time: DateTime!
  summary: String
  description: String
  "The runbook"
  guidance: String
  "Where it comes from"
  url: String
  labels: JSON!
}

extend type Query {
  "The gravest first; null where no Alertmanager is configured"
  alerts: [Alert!]
  "Figures of merit of [from, to), at most 31 days"
  alarmFigures(from: DateTime!, to: DateTime!): AlarmFigures!
  "The most urgent first; as they were at a time"
  alarms(filter: AlarmFilter, at: DateTime): [Alarm!]!
  "Transitions of [from, to), the oldest first unless said otherwise. first: 0 to 10000"
  alarmHistory(id: ID, from: DateTime!, to: DateTime!, first: Int = 100, after: String, order: LogOrder = OLDEST): AlarmTransitionConnection!
  "Which inputs, values and rules make an alarm so, or made it so at a time"
  alarmExplanation(id: ID!, at: DateTime): AlarmExplanation!
}

extend type Subscription {
  "First the alarms that match in one message, then those that change, also one that ceases to match; to a slow client the newest of each"
  alarms(filter: AlarmFilter): [Alarm!]!
}

extend type Mutation {
  "The comment is kept. Without authentication, by says who"
  acknowledge(alarm: ID!, comment: String!, by: String): Alarm!
  "Takes an acknowledgement back"
  unacknowledge(alarm: ID!, reason: String!, by: String): Alarm!
  "Keeps it from calling for so many minutes, 1 or more; it comes back by itself"
  shelve(alarm: ID!, minutes: Int!, reason: String!, by: String): Alarm!
  "Brings it back before its time"
  unshelve(alarm: ID!, by: String): Alarm!
  "Keeps it from calling until it is returned: for what is being repaired"
  takeOutOfService(alarm: ID!, reason: String!, by: String): Alarm!
  "It calls again"
  returnToService(alarm: ID!, by: String): Alarm!
}
`
