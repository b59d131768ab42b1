import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildCdb } from './build.ts'
import { describeRefusals, fixture } from './cdb.fixture.ts'

const file = (...lines: string[]) => ({ 'components.yaml': ['components:', ...lines].join('\n  ') })

describeRefusals([
  [
    'a need that is not there',
    file('a: {subsystem: mon, needs: [dispacher]}', 'dispatcher: {subsystem: mon}'),
    'components.yaml:2 components.a.needs[0]',
    /no component "dispacher"/,
    /did you mean "dispatcher"/,
  ],
  [
    'a need of another subsystem',
    file('a: {subsystem: mon, needs: [b]}', 'b: {subsystem: log}'),
    'components.yaml:2 components.a.needs[0]',
    /belongs to the subsystem log/,
    /same subsystem/,
  ],
  [
    'a circle of needs',
    file(
      ...['a: {subsystem: m, needs: [b]}', 'b: {subsystem: m, needs: [c]}'],
      'c: {subsystem: m, needs: [a]}',
    ),
    'components.yaml:3 components.b.needs[0]',
    /"c" needs "b", too/,
    /remove one/,
  ],
  [
    'a component that needs itself',
    file('a: {subsystem: mon, needs: [a]}'),
    'components.yaml:2 components.a.needs[0]',
    /"a" needs "a", too/,
    /remove/,
  ],
  [
    'a component without a subsystem',
    file('a: {needs: []}'),
    'components.yaml:2 components.a.subsystem',
    /"subsystem" is missing/,
    /./,
  ],
])

test('components have their needs, and defaults', () => {
  const files = fixture(
    file('a: {subsystem: mon, needs: [b]}', 'b: {subsystem: mon, instances: 2}'),
  )
  const result = buildCdb(files, {})
  assert.ok(result.ok)
  assert.deepEqual(
    [...result.cdb.components.values()],
    [
      { name: 'a', description: null, subsystem: 'mon', needs: ['b'], instances: 1 },
      { name: 'b', description: null, subsystem: 'mon', needs: [], instances: 2 },
    ],
  )
})
