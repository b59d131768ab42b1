import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildCdb } from './build.ts'
import type { CdbFile } from './read-files.ts'
import { isFileKind } from './shape.ts'

/** A small configuration that is good, for tests to break. */
const good: Readonly<Record<string, string>> = {
  'sources.yaml': `
sources:
  tel01: {endpoint: 'opc.tcp://h:4840/x', nodeId: 'nsu=urn:a;s={path}', lanes: [0, 1]}
`,
  'archive-classes.yaml': 'archiveClasses: {standard: {retentionDays: 10}}',
  'enumerations.yaml': "enumerations: {Mode: {0: 'OFF', 1: 'ON'}}",
  'telescopes.yaml': `
telescopes:
  Tel01: {source: tel01, template: mount, with: {speed: 3}}
`,
  'templates/mount.yaml': `
parameters:
  speed: {}
points:
  Axis/Position:
    type: double
    unit: deg
    range: [-90, 90]
    signal: {kind: slew, low: -80, high: 80, speed: '{speed}'}
  Motor{n=01..03}/Mode:
    description: Motor {n}
    type: enum
    enumeration: Mode
`,
}

/** The good configuration with some files replaced; null takes one away. */
export function fixture(changes: Readonly<Record<string, string | null>> = {}): readonly CdbFile[] {
  return Object.entries({ ...good, ...changes }).flatMap(([file, text]) => {
    const [top = '', ...rest] = file.replace(/\.\w+$/, '').split('/')
    if (text === null || !isFileKind(top)) return []
    return [{ file, kind: top, name: rest.join('/') || top, text }]
  })
}

/** A points file with one point of these fields. */
export const point = (fields: string) => ({
  'points/p.yaml': `source: tel01\npoints:\n  A/B: {${fields}}\n`,
})

/** One case: what is changed, then what is said: `file:line path`, and in message and cure. */
export type Refusal = readonly [
  name: string,
  changes: Readonly<Record<string, string | null>>,
  place: string,
  message: RegExp,
  cure: RegExp,
]

/** Tests that each change is refused, with its place and its cure. */
export function describeRefusals(refusals: readonly Refusal[]): void {
  for (const [name, changes, place, message, cure] of refusals) {
    test(`${name} is told with place and cure`, () => {
      const result = buildCdb(fixture(changes), {})
      assert.ok(!result.ok, 'was accepted')
      const told = result.problems.map(({ file, line, path }) => `${file}:${line} ${path}`.trim())
      const problem = result.problems[told.indexOf(place)]
      assert.ok(
        problem,
        `nothing said at ${place}, but: ${JSON.stringify(result.problems, null, 1)}`,
      )
      assert.match(problem.message, message)
      assert.match(problem.cure, cure)
    })
  }
}
