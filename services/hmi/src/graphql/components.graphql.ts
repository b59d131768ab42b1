/** The schema of components and commands; every name of the contract is as there. */
export const componentsSdl = /* GraphQL */ `
"What a component can be told"
enum Command {
  "Answer how you are"
  PING
  "Begin to work"
  START
  "Drain everything and go to STANDBY; the process stays"
  STOP
  "STOP and START in one"
  RESTART
  "Take the newest configuration once more"
  RECONFIGURE
  "Log from this level on: debug, info, warn or error in params"
  SET_LOG_LEVEL
}

"Where a component is in its life"
enum ComponentState {
  "Its process has begun, and looks what is wanted of it"
  INITIALISING
  "It does not work, as wanted, and can be started"
  STANDBY
  "It opens what it needs"
  STARTING
  "It works"
  ONLINE
  "It works as far as it can; the reason says what is missing"
  DEGRADED
  "It drains what it has taken"
  STOPPING
  "Its work has failed; the reason says why"
  FAULT
  "Nothing is heard of it"
  LOST
}

"One instance of a service"
type Component {
  "service@host, the same after each restart: what commands name"
  id: ID!
  name: String!
  "mon, log, alarm or hmi: what is started and stopped together"
  subsystem: String!
  host: String!
  version: String!
  state: ComponentState!
  "Why it is in this state, where there is something to say"
  reason: String
  "Since when it is in this state"
  since: DateTime!
  lastHeartbeat: DateTime!
  "The version of the configuration that it runs"
  configuration: String
  "Why it refused the newest configuration; it keeps the one before"
  configurationProblem: String
  "True where it is wanted ONLINE, false where STANDBY is wanted"
  isWanted: Boolean!
  "When its process began"
  started: DateTime!
  logLevel: String!
  "How far the clock of its host is ahead of the bus's, in milliseconds; the way of a heartbeat is in it"
  clockAheadMs: Float!
  "received, sent, rejected, errors, lag, cpuPercent, memoryBytes, uptimeSeconds, and figures of its own"
  figures: JSON
}

"What a component answered"
type CommandReply {
  "As it was addressed"
  component: ID!
  command: Command!
  "True where it is being carried out; the state of the component tells how far"
  accepted: Boolean!
  "Why not, or what comes of it"
  message: String
  time: DateTime!
}

extend type Query {
  "All components, or as they were at a time (of the last 7 days), in order of subsystem and id"
  components(at: DateTime): [Component!]!
}

extend type Subscription {
  "First all components in one message, then those that say something new"
  components: [Component!]!
}

extend type Mutation {
  "Tells a component something, or all instances of a service, a subsystem (in order, by its manager) or all"
  command(component: ID!, command: Command!, params: [String!]): CommandReply!
}
`
