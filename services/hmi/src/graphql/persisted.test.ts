import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { type Fixture, openHmi, pointOf } from '../hmi.fixture.ts'

const document = '{ points { totalCount } }'
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')

async function ask({ url }: Fixture, sha256Hash: unknown, query?: string) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, extensions: { persistedQuery: { version: 1, sha256Hash } } }),
  })
  const { data, errors } = (await response.json()) as {
    data: unknown
    errors?: readonly { readonly message: string }[]
  }
  return errors?.[0]?.message ?? data
}

test('a document that was sent with its hash is found by the hash alone', async () => {
  await using hmi = await openHmi({ points: [pointOf('A/B')] })
  const found = { points: { totalCount: 1 } }
  assert.equal(await ask(hmi, hashOf(document)), 'PersistedQueryNotFound')
  assert.deepEqual(await ask(hmi, hashOf(document), document), found)
  assert.deepEqual(await ask(hmi, hashOf(document)), found)
})

test('a document is kept under no hash but its own, and a long one not at all', async () => {
  await using hmi = await openHmi({ points: [pointOf('A/B')] })
  assert.equal(await ask(hmi, hashOf('x'), document), 'provided sha does not match query')
  assert.equal(await ask(hmi, hashOf('x')), 'PersistedQueryNotFound')
  const long = `${document} #${'x'.repeat(70_000)}`
  assert.deepEqual(await ask(hmi, hashOf(long), long), { points: { totalCount: 1 } })
  assert.equal(await ask(hmi, hashOf(long)), 'PersistedQueryNotFound')
  assert.equal(await ask(hmi, 7), 'PersistedQueryNotFound')
})
