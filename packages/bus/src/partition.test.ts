import assert from 'node:assert/strict'
import { test } from 'node:test'
import kafkajs from 'kafkajs'
import { partitionOf } from './partition.ts'

test('partitionOf agrees with the client of Kafka', () => {
  const keys = ['', 'a', 'ab', 'abc', 'abcd', 'LST-1', 'MST-09/Camera', 'Ω🔭', 'x'.repeat(1001)]
  const theirs = kafkajs.Partitioners.DefaultPartitioner()
  const partitionMetadata = Array.from({ length: 24 }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
  }))
  for (const key of keys) {
    const partition = theirs({ topic: 't', partitionMetadata, message: { key, value: null } })
    assert.equal(partitionOf(key, 24), partition, key)
  }
})
