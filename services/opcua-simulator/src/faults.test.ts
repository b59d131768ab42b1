import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Value, ValueType } from '@mla/model'
import { applyFault, createFaults, faultRequest, type Made, type PointFault } from './faults.ts'

const requestOf = (fields: object): PointFault => {
  const request = faultRequest.parse({ match: '**', ...fields })
  assert.ok('match' in request)
  return request
}
const made = (value: Value, type: ValueType = 'double'): Made => ({
  type,
  value,
  status: 0,
  sourceMs: 5000,
})

const cases: [fault: object, healthy: Made, faulty: Partial<Made> | null][] = [
  [{ kind: 'silence' }, made(1), null],
  [{ kind: 'freeze' }, made(1), { value: 77 }],
  [{ kind: 'bad-status' }, made(1), { value: null, status: 0x808c0000 }],
  [{ kind: 'bad-status', status: 0x80050000 }, made(1), { value: null, status: 0x80050000 }],
  [{ kind: 'uncertain' }, made(1), { status: 0x40900000 }],
  [{ kind: 'spike' }, made(1), { value: 2000 }],
  [{ kind: 'spike', magnitude: -5 }, made(1), { value: -5 }],
  [{ kind: 'spike' }, made(1, 'uint8'), { value: 255 }],
  [{ kind: 'spike' }, made('x', 'string'), {}],
  [{ kind: 'nan' }, made(1), { value: Number.NaN }],
  [{ kind: 'nan' }, made(1, 'int8'), { value: null }],
  [{ kind: 'type-change' }, made(1), { type: 'string', value: '1' }],
  [{ kind: 'type-change' }, made([1], 'double[]'), { type: 'double', value: 1 }],
  [{ kind: 'future-stamp', offsetS: 2 }, made(1), { sourceMs: 7000 }],
  [{ kind: 'past-stamp', offsetS: 2 }, made(1), { sourceMs: 3000 }],
]

for (const [fault, healthy, faulty] of cases) {
  test(`${JSON.stringify(fault)} on ${healthy.type}`, () => {
    const result = applyFault(requestOf(fault), 4000, healthy, () => 77)
    assert.deepEqual(result, faulty === null ? null : { ...healthy, ...faulty })
  })
}

test('a fault is on the points that match, until it ends or is ended; the newest counts', () => {
  let nowMs = 0
  const points = ['T1/A', 'T1/B', 'T2/A'].map((id) => ({ id, description: null }))
  const faults = createFaults(points, () => nowMs)
  const kinds = () => points.map((_, index) => faults.of(index)?.fault.kind ?? '-').join(' ')

  const first = faults.begin(requestOf({ kind: 'freeze', match: 'T1/*', durationS: 10 }))
  assert.equal(first.points, 2)
  assert.equal(kinds(), 'freeze freeze -')
  const second = faults.begin(requestOf({ kind: 'spike', match: '**/A', durationS: 5 }))
  assert.equal(kinds(), 'spike freeze spike')
  nowMs = 6_000
  assert.deepEqual(
    faults.active().map(({ id }) => id),
    [first.id],
  )
  assert.equal(kinds(), 'freeze freeze -', 'the older one is in force again')
  assert.deepEqual(faults.end(second.id), [])
  faults.end(first.id)
  assert.equal(kinds(), '- - -')
})

test('no more than a hundred faults are kept', () => {
  const faults = createFaults([{ id: 'A/B', description: null }], () => 0)
  for (let i = 0; i < 150; i++) faults.begin(requestOf({ kind: 'freeze' }))
  assert.equal(faults.active().length, 100)
})
