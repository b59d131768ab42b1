import { describeProblems, type LoadResult } from '@mla/cdb'

/** The configuration that the work runs, and how it came by it. */
export interface Versions {
  /** The version that it runs; null before the first. */
  readonly running: string | null
  /** Why it does not run the newest one; null where it does. */
  readonly problem: string | null
  /** What the work follows: each version as it comes, and the newest once more when asked to. */
  follow(source: AsyncIterable<LoadResult>, signal: AbortSignal): AsyncIterable<LoadResult>
  /** Hands the newest one over again; false where there is none. */
  again(): boolean
  /** The work says that it could not take a version that was good by itself. */
  refused(problem: string): void
}

export function createVersions(changed: () => void): Versions {
  let running: string | null = null
  let problem: string | null = null
  let newest: LoadResult | null = null
  let repeat: (() => void) | null = null

  const note = (result: LoadResult): void => {
    if (result.ok) {
      running = result.cdb.version
      problem = null
    } else problem = shortened(describeProblems(result.problems))
    changed()
  }

  return {
    get running() {
      return running
    },
    get problem() {
      return problem
    },
    again() {
      repeat?.()
      return newest !== null && repeat !== null
    },
    refused(reason) {
      problem = shortened(reason)
      changed()
    },
    async *follow(source, signal) {
      const iterator = source[Symbol.asyncIterator]()
      let coming = iterator.next()
      // Its failure is met where it is awaited, which may be later than it happens.
      coming.catch(() => undefined)
      try {
        while (!signal.aborted) {
          const asked = Promise.withResolvers<'again'>()
          repeat = () => asked.resolve('again')
          const next = await Promise.race([coming, asked.promise])
          if (next === 'again') {
            if (newest) yield newest
            continue
          }
          if (next.done) return
          newest = next.value
          coming = iterator.next()
          coming.catch(() => undefined)
          yield newest
          // The work came back for the next one: it has taken this one.
          note(newest)
        }
      } finally {
        repeat = null
        newest = null
        running = null
        problem = null
      }
    },
  }
}

const longest = 2_000
const shortened = (text: string): string =>
  text.length <= longest ? text : `${text.slice(0, longest)}…`
