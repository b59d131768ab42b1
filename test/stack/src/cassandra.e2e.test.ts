import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client, type ClientOptions } from 'cassandra-driver'
import { type CassandraServer, startCassandra } from './cassandra.ts'

function clientOf(server: CassandraServer): Client {
  const { contactPoints, port, localDataCenter, ca, credentials } = server
  const options: ClientOptions = {
    contactPoints: [...contactPoints],
    localDataCenter,
    protocolOptions: { port },
    ...(ca && { sslOptions: { ca: [ca], host: 'localhost', rejectUnauthorized: true } }),
    ...(credentials && { credentials }),
  }
  return new Client(options)
}

test('what a killed Cassandra acknowledged is there when it is back', async () => {
  await using server = await startCassandra({ commitLog: 'batch', tls: true, authentication: true })
  {
    const client = clientOf(server)
    await client.execute(
      "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
    )
    await client.execute('CREATE TABLE k.t (id int PRIMARY KEY)')
    for (let id = 0; id < 50; id++) await client.execute(`INSERT INTO k.t (id) VALUES (${id})`)
    await server.kill()
    await client.shutdown()
  }
  await server.start()
  const client = clientOf(server)
  const { rows } = await client.execute('SELECT count(*) FROM k.t')
  assert.equal(Number(rows[0]?.['count']), 50)
  await client.shutdown()
})

test('Cassandra with a password refuses who has none', async () => {
  await using server = await startCassandra({ authentication: true })
  const client = clientOf({ ...server, credentials: null })
  await assert.rejects(client.connect(), /[Aa]uthentication/)
  await client.shutdown()
})
