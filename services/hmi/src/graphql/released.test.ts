import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import {
  buildClientSchema,
  buildSchema,
  findBreakingChanges,
  getIntrospectionQuery,
  type IntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
} from 'graphql'
import { openHmi } from '../hmi.fixture.ts'

/** The schema of the last release: what clients were written against. */
const released = new URL('../../schema.graphql', import.meta.url)

async function currentSchema() {
  await using hmi = await openHmi({})
  const { data } = await hmi.query<IntrospectionQuery>(getIntrospectionQuery())
  return lexicographicSortSchema(buildClientSchema(data))
}

test('nothing of the released schema is broken (UPDATE_GOLDEN=1 and npm run fix release what is)', async () => {
  const current = await currentSchema()
  if (process.env['UPDATE_GOLDEN']) await writeFile(released, `${printSchema(current)}\n`)
  const before = buildSchema(await readFile(released, 'utf8'))
  const broken = findBreakingChanges(before, current).map(({ description }) => description)
  assert.deepEqual(broken, [])
})

test('each type, field and argument that needs words has them', async () => {
  const current = await currentSchema()
  const types = Object.values(current.getTypeMap()).filter(({ name }) => !name.startsWith('__'))
  const bare = types.filter(({ name, description }) => {
    return !description && !/^(Query|Mutation|Subscription|String|Int|Float|Boolean|ID)$/.test(name)
  })
  assert.deepEqual(bare.map(({ name }) => name).sort(), undocumented)
  for (const root of [current.getQueryType(), current.getMutationType()]) {
    const fields = Object.values(root?.getFields() ?? {})
    assert.deepEqual(
      fields.filter(({ description }) => !description).map(({ name }) => name),
      [],
    )
  }
})

/** Types whose name says all. */
const undocumented: readonly string[] = []
