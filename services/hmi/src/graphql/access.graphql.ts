/** The schema of who may do what. */
export const accessSdl = /* GraphQL */ `
"What somebody may do; each may do what those before it may"
enum Role {
  "Look at everything"
  VIEWER
  "Acknowledge and shelve alarms, start and stop"
  OPERATOR
  "Restart the HMI, set log levels, read the files of the configuration"
  ENGINEER
  "Change the configuration, users and tokens"
  EXPERT
}

"Who asks"
type Me {
  name: String!
  role: Role!
  "Subsystems that it may act on; null for all"
  subsystems: [String!]
  "When the session or token ends; null for never"
  expires: DateTime
  "The mutations that it may use"
  may: [String!]!
}

"A user with a password (MLA_AUTH=local)"
type UserAccount {
  name: ID!
  role: Role!
  "Subsystems that it may act on; null for all"
  subsystems: [String!]
  created: DateTime!
}

"A token for a program: sent as Authorization: Bearer, also in the payload of connection_init"
type MachineToken {
  id: ID!
  name: String!
  role: Role!
  subsystems: [String!]
  created: DateTime!
  createdBy: String!
  expires: DateTime!
}

"A token that was just made"
type NewMachineToken {
  token: MachineToken!
  "Shown this once; only a hash of it is kept"
  secret: String!
}

extend type Query {
  "Who asks, and what it may do"
  me: Me!
  "Users with passwords; an error where there are none (MLA_AUTH=off)"
  users: [UserAccount!]!
  "Tokens for machines"
  machineTokens: [MachineToken!]!
}

extend type Mutation {
  "Adds a user. A password has 12 characters or more"
  addUser(name: String!, password: String!, role: Role!, subsystems: [String!]): UserAccount!
  "Gives a user another role; its connections end. Without subsystems it may act on all"
  changeUser(name: ID!, role: Role!, subsystems: [String!]): UserAccount!
  "Gives a user another password; its sessions end"
  setPassword(name: ID!, password: String!): UserAccount!
  "Gives oneself another password; one's sessions end"
  changeMyPassword(oldPassword: String!, newPassword: String!): Boolean!
  "Removes a user; its connections end"
  removeUser(name: ID!): Boolean!
  "Makes a token for a program, good for 1 to 3650 days"
  addMachineToken(name: String!, role: Role!, days: Int = 365, subsystems: [String!]): NewMachineToken!
  "Takes a token back; its connections end"
  removeMachineToken(id: ID!): Boolean!
}
`
