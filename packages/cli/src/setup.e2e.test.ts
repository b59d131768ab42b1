import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sharedCassandra, sharedKafka } from '@mla/stack'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const folder = fileURLToPath(new URL('../../../cdb', import.meta.url))
const { brokers } = await sharedKafka()
const { contactPoints, port } = await sharedCassandra()

/** Runs the command as an operator does: as a process of its own. */
const mla = (...line: string[]): Promise<{ code: number; text: string }> =>
  new Promise((ended) => {
    const env = {
      KAFKA_BROKERS: brokers.join(','),
      CASSANDRA_CONTACT_POINTS: contactPoints.join(','),
      CASSANDRA_PORT: String(port),
      CASSANDRA_KEYSPACE: 'cli_setup',
    }
    execFile(process.execPath, [main, ...line], { env }, (error, out, err) => {
      ended({ code: error === null ? 0 : Number(error.code), text: out + err })
    })
  })

test('mla setup prepares Kafka and Cassandra, and may be run again', async () => {
  for (let run = 0; run < 2; run++) {
    const { code, text } = await mla('setup', folder)
    assert.match(text, /kafka: good, topics .*mon\.samples/)
    assert.match(text, /configuration: good, version \d+ is in force/)
    assert.match(text, /cassandra: good, keyspace cli_setup, classes .*standard/)
    assert.equal(code, 0)
  }
})
