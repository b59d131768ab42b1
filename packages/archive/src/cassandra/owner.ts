import { randomBytes } from 'node:crypto'
import type { Log } from '@mla/kit'
import { MlaError } from '@mla/model'
import type cassandra from 'cassandra-driver'
import { type CassandraSettings, connect, credentialsOf } from './connect.ts'
import { guard } from './failure.ts'

/** The super-user that a new Cassandra comes with, whose password everybody knows. */
const first = { username: 'cassandra', password: 'cassandra' }

/** Connects as our user; where a new Cassandra does not know it, it takes the first one's place. */
export async function connectAsOwner(
  settings: CassandraSettings,
  log: Log,
): Promise<cassandra.Client> {
  const ours = credentialsOf(settings)
  try {
    return await connect(settings, log, ours)
  } catch (error) {
    const other = ours && (await connect(settings, log, first).catch(() => null))
    if (!other) throw error
    try {
      const { username, password } = ours
      await run(other, `CREATE ROLE IF NOT EXISTS ${name(username)} ${rights(password, true)}`)
    } finally {
      await other.shutdown()
    }
  }
  const client = await connect(settings, log, ours)
  await run(client, `ALTER ROLE cassandra ${rights(randomBytes(24).toString('hex'), false)}`)
  log.info({ user: ours.username }, 'took the place of the super-user that Cassandra comes with')
  return client
}

const run = (client: cassandra.Client, statement: string) =>
  guard(client.execute(statement, [], { prepare: false }), 'setting up the user')

const rights = (password: string, may: boolean): string =>
  `WITH PASSWORD = '${password.replaceAll("'", "''")}' AND LOGIN = ${may} AND SUPERUSER = ${may}`

function name(user: string): string {
  if (/^[A-Za-z][A-Za-z0-9_]*$/.test(user)) return `"${user}"`
  throw new MlaError('CONFIG_INVALID', `CASSANDRA_USER "${user}": letters, digits and _ only`)
}
