import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLogBatchCodec, LogBatchWriter, LogDraft } from '@mla/model'
import fc from 'fast-check'
import { recipeOf } from './logs.fixture.ts'
import { shippedRecipes } from './recipes.ts'
import { understand } from './understand.ts'

const words = [
  ...[
    '<13>',
    '<134>1 ',
    '<999>',
    '2026-11-21T08:00:00.123Z ',
    'Nov 21 08:00:00 ',
    'Feb 29 99:00:00 ',
  ],
  ...[
    'host ',
    'app[12]: ',
    '- ',
    '[id a="b"]',
    '[id a="',
    '\\"',
    '{"time":',
    '"level":',
    '{"a":{"b":',
    '}',
  ],
  ...[
    '<Info ',
    'TimeStamp="',
    '"',
    '>',
    '<![CDATA[',
    ']]>',
    '<Data Name="',
    '</Info>',
    '/>',
    '&#99999999;',
  ],
  ...[
    'MESSAGE=',
    'MESSAGE\n',
    '\n',
    '\0',
    '\x01\x00\x00\x00\x00\x00\x00\x00',
    'é',
    '\ufeff',
    ' INFO ',
    '1e999',
  ],
]
const input = fc
  .array(
    fc.oneof(
      fc.constantFrom(...words).map((word) => Buffer.from(word)),
      fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
    ),
    { maxLength: 24 },
  )
  .map((parts) => Buffer.concat(parts))

const circumstances = { receivedTime: 1_763_712_000_000_000, reference: 1_763_712_000_000_000 }
const source = Buffer.from('s')
const head = { collector: 'c', epoch: 1, sequence: 0, lane: 'l' }

for (const name of Object.keys(shippedRecipes)) {
  test(`1,500 inputs as ${name}: each becomes a record that can be read, whole or with its bytes`, () => {
    const recipe = recipeOf(name)
    const draft = new LogDraft()
    const writer = new LogBatchWriter()
    const codec = createLogBatchCodec()
    fc.assert(
      fc.property(input, (bytes) => {
        const raw = understand(recipe, draft, bytes, 0, bytes.length, 0, circumstances, false)
        writer.add(draft, source, circumstances.receivedTime, raw)
        const [record] = codec.decode(writer.seal(head).bytes).records
        assert.ok(record)
        assert.ok(Number.isFinite(record.time), `time ${record.time}`)
        if (draft.problem !== null) assert.deepEqual(Buffer.from(record.raw ?? []), bytes)
        for (const text of [record.message, record.host, record.process]) {
          assert.equal(Buffer.from(text ?? '').toString(), text ?? '')
        }
      }),
      { numRuns: 1500, seed: 6 },
    )
  })
}
