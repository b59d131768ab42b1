import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Micros } from '@mla/model'
import { start } from './conformance.fixture.ts'
import { createDasu } from './dasu.ts'
import { isAlarm, noProperties, type Validity } from './iasio.ts'
import { randomDasu, seeded } from './random-dasu.fixture.ts'
import { createReference } from './reference.fixture.ts'
import { runUntil } from './run-until.ts'

const dasus = 1_000
const steps = 60

test(`${dasus} random DASUs do what a slow and obvious evaluation says`, () => {
  for (let seed = 1; seed <= dasus; seed++) compare(seed)
})

/** Values and acknowledgements at random times; now and then a successor takes over. */
function compare(seed: number): void {
  const random = seeded(seed)
  const rules = randomDasu(random)
  let dasu = createDasu(rules)
  const reference = createReference(rules)
  const known = new Map<string, string>()
  let now: Micros = start

  const advance = (until: Micros): void => {
    for (let time = reference.next(now); time <= until; time = reference.next(time))
      reference.pass(time)
    for (const { id, value, validity } of runUntil(dasu, now, until)) {
      if (isAlarm(value)) known.set(id, `${value.text} ${validity}`)
    }
    now = until
  }
  for (let step = 0; step < steps; step++) {
    advance(now + Math.floor(random() * 3_000) * 1000)
    const id = dasu.inputs[Math.floor(random() * dasu.inputs.length)] ?? ''
    const isNumber = rules.iasios.get(id)?.type === 'DOUBLE'
    const value = isNumber ? Math.round(random() * 24 - 12) : random() < 0.5
    const validity: Validity = random() < 0.15 ? 'UNRELIABLE' : 'RELIABLE'
    if (random() < 0.1)
      dasu = createDasu(rules, { snapshot: JSON.parse(JSON.stringify(dasu.snapshot())) })
    if (random() < 0.15) {
      const alarm = [...known.keys()][Math.floor(random() * known.size)]
      if (alarm !== undefined) {
        reference.acknowledge(alarm, now)
        dasu.act(alarm, { kind: 'acknowledge', user: 'eva', text: 'seen' }, now)
        advance(now)
      }
    }
    const fullRunningId = `(${id}:IASIO)`
    reference.accept(id, value, validity, now)
    const received = { value, validity, mode: 'OPERATIONAL', properties: noProperties } as const
    dasu.accept(dasu.indexOf(id), { ...received, fullRunningId, production: now }, now)
    advance(now)
    const sent = new Set(
      rules.asces
        .filter(
          ({ output, properties }) =>
            output === rules.output || properties['mla.publish'] === 'true',
        )
        .map(({ output }) => output),
    )
    const expected = new Map([...reference.outputs(now)].filter(([one]) => sent.has(one)))
    const sorted = (map: ReadonlyMap<string, string>) => Object.fromEntries([...map].sort())
    assert.deepEqual(sorted(known), sorted(expected), `seed ${seed}, step ${step}`)
  }
}
