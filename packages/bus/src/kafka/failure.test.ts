import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MlaError } from '@mla/model'
import { busFailure, protocolErrorOf, within } from './failure.ts'

const protocol = (type: string) => Object.assign(new Error(type.toLowerCase()), { type })

const cases: readonly (readonly [error: unknown, code: string, message: RegExp])[] = [
  [protocol('MESSAGE_TOO_LARGE'), 'BUS_REFUSED', /too_large/],
  [protocol('TOPIC_AUTHORIZATION_FAILED'), 'BUS_REFUSED', /ACL/],
  [protocol('UNKNOWN_TOPIC_OR_PARTITION'), 'BUS_UNAVAILABLE', /mla setup/],
  [protocol('NOT_LEADER_FOR_PARTITION'), 'BUS_UNAVAILABLE', /not_leader/],
  [new Error('outer', { cause: protocol('INVALID_CONFIG') }), 'BUS_REFUSED', /outer/],
  [new AggregateError([protocol('POLICY_VIOLATION')], 'several'), 'BUS_REFUSED', /several/],
  [new TypeError('odd'), 'BUS_UNAVAILABLE', /odd/],
  ['a text', 'BUS_UNAVAILABLE', /a text/],
  [new MlaError('BUS_REFUSED', 'ours'), 'BUS_REFUSED', /^ours$/],
]
for (const [error, code, message] of cases) {
  test(`busFailure makes ${code} of ${String(error)}`, () => {
    const failure = busFailure('publishing', error)
    assert.equal(failure.code, code)
    assert.match(failure.message, message)
  })
}

test('protocolErrorOf ends also where errors cause each other', () => {
  const error = new Error('a')
  error.cause = error
  assert.equal(protocolErrorOf(error), '')
})

test('within gives up in time', async () => {
  const never = new Promise<void>(() => {})
  await assert.rejects(within(5, 'asking', never), { code: 'BUS_UNAVAILABLE', message: /asking/ })
  assert.equal(await within(1000, 'asking', Promise.resolve(1)), 1)
})
