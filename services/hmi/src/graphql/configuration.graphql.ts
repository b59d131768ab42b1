/** The schema of the configuration in force and its versions. */
export const configurationSdl = /* GraphQL */ `
"A file of the configuration, by its path in the folder"
type ConfigurationFile {
  path: String!
  text: String!
}

"A file of the configuration, by its path in the folder"
input ConfigurationFileInput {
  path: String!
  text: String!
}

"A version of the configuration that was in force, or is"
type ConfigurationVersion {
  "Counts the versions from 1"
  number: Int!
  "The same files have the same"
  hash: String!
  time: DateTime!
  by: String!
  "For what reason"
  why: String!
  "How many files it has"
  fileCount: Int!
}

"What is wrong with a file, where, and what to do about it"
type ConfigurationProblem {
  file: String!
  path: String!
  line: Int
  message: String!
  cure: String!
}

"What became of a new version: its number, or what is wrong with it"
type ConfigurationResult {
  accepted: Boolean!
  number: Int
  problems: [ConfigurationProblem!]!
  warnings: [ConfigurationProblem!]!
}

extend type Query {
  "The versions that are kept, the one in force first; an error where the system watches a folder instead"
  configurationVersions: [ConfigurationVersion!]!
  "The files of a version"
  configurationFiles(number: Int!): [ConfigurationFile!]!
}

extend type Mutation {
  "Makes these files the configuration in force, unless something is wrong with them, or base is no longer in force"
  applyConfiguration(files: [ConfigurationFileInput!]!, why: String!, by: String, base: Int): ConfigurationResult!
  "Makes the files of an older version the configuration in force, as a new version"
  rollBackConfiguration(number: Int!, why: String!, by: String): ConfigurationResult!
}
`
