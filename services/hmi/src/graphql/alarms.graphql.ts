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

extend type Query {
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
