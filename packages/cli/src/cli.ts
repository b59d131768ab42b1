import type { Archive } from '@mla/archive'
import type { Cdb, CdbText, Environment } from '@mla/cdb'
import type { Log } from '@mla/kit'
import type { BrowsedNode, BrowseOptions, LinkSettings } from '@mla/opcua'
import type { Backup } from './commands/backup.ts'

/** 0 good, 1 problems found, 2 wrong use, 3 not reachable. */
export type ExitCode = 0 | 1 | 2 | 3

/** What commands are handed; `main.ts` fills it. */
export interface Cli {
  readonly env: Environment
  readonly out: Output
  readonly signal: AbortSignal
  readonly adapters: Adapters
}

/** The answer goes to standard output, everything said about it to standard error. */
export interface Output {
  /** True where the answer is one JSON document. */
  readonly json: boolean
  /** Columns of the terminal, null where it is none. */
  readonly width: number | null
  line(text: string): void
  /** Prints a value as JSON. */
  document(value: unknown): void
  note(text: string): void
  /** A bar on a terminal, while something takes long; nothing elsewhere. */
  progress(done: number, total: number, what: string): void
  paint(colour: Colour, text: string): string
}
export type Colour = 'red' | 'yellow' | 'green' | 'dim' | 'bold'

/** What opens servers: only `main.ts` names an adapter. */
export interface Adapters {
  createTopics(env: Environment, log: Log): Promise<readonly string[]>
  /** Publishes the files as the first version, where there is none; tells what it did. */
  fillCdb(env: Environment, files: readonly CdbText[], by: string, log: Log): Promise<string>
  /** Says what it found; throws what is wrong. */
  checkKafka(env: Environment): Promise<string>
  checkCassandra(env: Environment): Promise<string>
  /** Puts a backup on the bus; says what it did, a line each. */
  restore(
    env: Environment,
    backup: Backup,
    said: { readonly by: string; readonly why: string },
    log: Log,
  ): Promise<readonly string[]>
  /** The archive in Cassandra, or in a DuckDB file that nobody else has open. */
  openArchive(env: Environment, duckdbFile: string | null, cdb: Cdb): Promise<Archive>
  createSchema(env: Environment, classes: readonly ArchiveClass[], log: Log): Promise<string>
  browse(settings: LinkSettings, options: BrowseOptions): AsyncIterable<BrowsedNode>
}
interface ArchiveClass {
  readonly name: string
  readonly retentionDays: number | null
}

/**
 * One command of `mla`. To add one: its file in `commands/`, and one line in `program.ts`.
 */
export interface CliCommand {
  /** `cdb check`: the words behind `mla`. */
  readonly name: string
  readonly summary: string
  /** As commander writes them: `[folder]`, `<ids...>`; with a description. */
  readonly arguments: readonly (readonly [name: string, description: string])[]
  /** As commander writes them: `--every <duration>`; with a description and a default. */
  readonly options: readonly (readonly [flags: string, description: string, fallback?: string])[]
  /** Lines for the end of `--help`. */
  readonly examples: readonly string[]
  run(cli: Cli, given: Given): Promise<ExitCode>
}

/** What stood on the command line. */
export interface Given {
  readonly words: readonly string[]
  /** By long name in camel case: `maxPoints`; null where it was not given. */
  text(option: string): string | null
  flag(option: string): boolean
}
