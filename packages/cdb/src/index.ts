export type { ArchiveClass, Cdb, LoadResult, Point, Problem, Signal, Source } from './cdb.ts'
