import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLockout } from './lockout.ts'
import { createPasswords } from './passwords.ts'
import { createRateLimit } from './rate-limit.ts'

test('a lock doubles with each failure up to a bound, and a success ends it', () => {
  const lockout = createLockout({ free: 2, firstMs: 100, longestMs: 350, most: 10 })
  const locks = Array.from({ length: 6 }, () => lockout.failed('a', 0))
  assert.deepEqual(locks, [0, 0, 100, 200, 350, 350])
  assert.equal(lockout.lockedMs('a', 300), 50)
  assert.equal(lockout.lockedMs('b', 0), 0)
  lockout.succeeded('a')
  assert.equal(lockout.failed('a', 0), 0)
})

test('who is quiet for long begins anew, and only so many are remembered', () => {
  const lockout = createLockout({ free: 0, firstMs: 100, longestMs: 100, most: 2 })
  lockout.failed('a', 0)
  assert.equal(lockout.failed('a', 10_000), 100)
  for (const key of ['b', 'c']) lockout.failed(key, 10_000)
  assert.equal(lockout.lockedMs('a', 10_000), 0)
})

test('a rate has a burst and fills again', () => {
  const rate = createRateLimit({ perSecond: 2, burst: 3, most: 10 })
  const taken = [0, 0, 0, 0, 500, 500, 1_500].map((ms) => rate.take('a', ms))
  assert.deepEqual(taken, [true, true, true, false, true, false, true])
  assert.equal(rate.take('b', 0), true)
})

test('a password is verified by its hash, in any way its characters are composed', async () => {
  const passwords = createPasswords()
  const hash = await passwords.hash('pass\u00e9word of many')
  assert.notEqual(hash, await passwords.hash('pass\u00e9word of many'))
  assert.equal(await passwords.verify('passe\u0301word of many', hash), true)
  assert.equal(await passwords.verify('another', hash), false)
  assert.equal(await passwords.verify('another', null), false)
  assert.equal(await passwords.verify('x', 'not a hash'), false)
})
