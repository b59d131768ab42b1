import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openHmi, pointOf } from './hmi.fixture.ts'

interface Note {
  readonly id: string
  readonly time: string
  readonly point: string | null
  readonly text: string
  readonly by: string
}
const add = `mutation ($text: String!, $time: DateTime, $point: ID, $alarm: ID, $by: String) {
  addNote(text: $text, time: $time, point: $point, alarm: $alarm, by: $by) { id } }`

const open = () => openHmi({ points: [pointOf('A/B'), pointOf('A/C')] })

test('notes are found by moment and by point, the newest first, and are removed', async () => {
  await using hmi = await open()
  const write = async (text: string, time: string, point: string | null = null) =>
    (await hmi.query<{ addNote: Note }>(add, { text, time, point, by: 'ada' })).data.addNote.id
  const texts = async (given: string) => {
    const { data } = await hmi.query<{ notes: readonly Note[] }>(`{ notes${given} { text by } }`)
    return data.notes.map(({ text, by }) => `${text} ${by}`)
  }
  await write('of B', '2026-11-20T03:00:00Z', 'A/B')
  const gone = await write('of C', '2026-11-20T04:00:00Z', 'A/C')
  await write('of the night', '2026-11-20T05:00:00Z')
  assert.deepEqual(await texts(''), ['of the night ada', 'of C ada', 'of B ada'])
  assert.deepEqual(await texts('(points: ["A/B"])'), ['of the night ada', 'of B ada'])
  assert.deepEqual(await texts('(from: "2026-11-20T03:00:00Z", to: "2026-11-20T05:00:00Z")'), [
    ...['of C ada', 'of B ada'],
  ])
  assert.deepEqual(await texts('(first: 1)'), ['of the night ada'])
  await hmi.query('mutation ($id: ID!) { removeNote(id: $id) }', { id: gone })
  assert.deepEqual(await texts(''), ['of the night ada', 'of B ada'])
})

const bad: readonly [given: Record<string, unknown>, why: RegExp][] = [
  [{ text: ' ' }, /^text: 1 to 2000 characters/],
  [{ text: 'x'.repeat(2001) }, /^text/],
  [{ text: 'x', time: '2100-01-01T00:00:00Z' }, /^time: .*now or the past/],
  [{ text: 'x', point: 'No/Such' }, /^point: there is no No\/Such/],
  [{ text: 'x', alarm: 'NoSuch' }, /^alarm: there is no NoSuch/],
]
test('a note that is none is refused, and says what is wrong of it', async () => {
  await using hmi = await open()
  for (const [given, why] of bad) {
    const { errors } = await hmi.query(add, given)
    assert.match(errors?.[0]?.message ?? '', why)
  }
  const { errors } = await hmi.query('mutation { removeNote(id: "x") }')
  assert.match(errors?.[0]?.message ?? '', /there is no note x/)
})
