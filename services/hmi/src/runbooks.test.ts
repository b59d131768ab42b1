import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fastify } from 'fastify'
import { runbooks } from './runbooks.ts'

test('the link of an alert leads to what to do about it, and a wrong one to nothing', async () => {
  const app = fastify()
  await runbooks(app)
  const page = await app.inject('/runbooks/MLADeadMan')
  assert.equal(page.statusCode, 200)
  assert.match(page.body, /^# MLADeadMan\n/)
  assert.match(page.body, /^## What to do$/m)
  assert.match((await app.inject('/runbooks')).body, /^\/runbooks\/MLADeadMan$/m)
  for (const path of ['/runbooks/MLANothing', '/runbooks/..%2f..%2fREADME']) {
    assert.equal((await app.inject(path)).statusCode, 404)
  }
})
