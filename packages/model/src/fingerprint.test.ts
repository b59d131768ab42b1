import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalForm, fingerprintOf } from './fingerprint.ts'

/** From Avro's own share/test/data/schema-tests.txt. */
const known: [schema: string, canonical: string, fingerprint: bigint][] = [
  ['"null"', '"null"', 7195948357588979594n],
  ['{"type":"null"}', '"null"', 7195948357588979594n],
  ['"boolean"', '"boolean"', -6970731678124411036n],
  ['"int"', '"int"', 8247732601305521295n],
  ['"long"', '"long"', -3434872931120570953n],
  ['"float"', '"float"', 5583340709985441680n],
  ['"double"', '"double"', -8181574048448539266n],
  ['"bytes"', '"bytes"', 5746618253357095269n],
  ['"string"', '"string"', -8142146995180207161n],
]

for (const [text, canonical, fingerprint] of known) {
  test(`the fingerprint of ${text}`, () => {
    const schema = JSON.parse(text)
    assert.equal(canonicalForm(schema), canonical)
    assert.equal(BigInt.asIntN(64, fingerprintOf(schema)), fingerprint)
  })
}

test('names are made full, attributes put in order, the rest left out', () => {
  const schema = JSON.parse(
    '{"doc":"x","namespace":"a.b","fields":[{"default":1,"type":{"name":"F","size":2,"type":"fixed"},"name":"f"},{"name":"g","type":"F"}],"type":"record","name":"R"}',
  )
  assert.equal(
    canonicalForm(schema),
    '{"name":"a.b.R","type":"record","fields":[{"name":"f","type":{"name":"a.b.F","type":"fixed","size":2}},{"name":"g","type":"a.b.F"}]}',
  )
})
