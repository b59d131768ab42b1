import type { TestEvent } from 'node:test/reporters'
import { inspect } from 'node:util'

/** What the reporter writes of each test, a JSON document a line. */
export type Outcome =
  | { readonly kind: 'started'; readonly name: string }
  | { readonly kind: 'passed'; readonly name: string }
  | { readonly kind: 'failed'; readonly name: string; readonly error: string }
  | { readonly kind: 'skipped'; readonly name: string; readonly reason: string }

/** A reporter for `node --test-reporter`. Suites and parents are told by their tests. */
async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    const outcome = outcomeOf(event)
    if (outcome) yield `${JSON.stringify(outcome)}\n`
  }
}

function outcomeOf(event: TestEvent): Outcome | null {
  if (event.type === 'test:dequeue') return { kind: 'started', name: event.data.name }
  if (event.type !== 'test:pass' && event.type !== 'test:fail') return null
  const { name, details, skip, todo } = event.data
  if (details.type === 'suite' && event.type === 'test:pass') return null
  const excuse = skip ?? todo
  if (excuse !== undefined && excuse !== false) {
    return { kind: 'skipped', name, reason: typeof excuse === 'string' ? excuse : '' }
  }
  if (event.type === 'test:pass') return { kind: 'passed', name }
  const { error } = event.data.details
  if ('failureType' in error && error.failureType === 'subtestsFailed') return null
  return { kind: 'failed', name, error: inspect(error.cause ?? error, { depth: 6 }) }
}

// biome-ignore lint/style/noDefaultExport: Node takes a reporter as a default export.
export default report
