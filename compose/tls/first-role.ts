/**
 * Replaces the super-user that a new Cassandra comes with, and whose password everybody knows, by
 * ours. Does nothing where ours can log in already. compose.tls.yaml mounts it beside the driver.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import cassandra from 'cassandra-driver'

const setting = (name: string): string => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set`)
  return value
}
const user = setting('CASSANDRA_USER')
const password = readFileSync(setting('CASSANDRA_PASSWORD_FILE'), 'utf8').trim()
const ca = [readFileSync(setting('CASSANDRA_TLS_CA'))]

const logIn = async (username: string, secret: string): Promise<cassandra.Client> => {
  const client = new cassandra.Client({
    contactPoints: setting('CASSANDRA_CONTACT_POINTS').split(','),
    localDataCenter: 'datacenter1',
    credentials: { username, password: secret },
    sslOptions: { ca, rejectUnauthorized: true, checkServerIdentity: () => undefined },
  })
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.shutdown()
    throw error
  }
}

/** The first super-user is made in the background, a moment after clients are let in. */
async function replaceFirst(): Promise<void> {
  const first = await logIn('cassandra', 'cassandra')
  const quoted = password.replaceAll("'", "''")
  await first.execute(
    `CREATE ROLE IF NOT EXISTS ${user} WITH PASSWORD = '${quoted}' AND LOGIN = true AND SUPERUSER = true`,
  )
  await first.shutdown()
  const ours = await logIn(user, password)
  const nobodys = randomBytes(24).toString('hex')
  await ours.execute(
    `ALTER ROLE cassandra WITH PASSWORD = '${nobodys}' AND LOGIN = false AND SUPERUSER = false`,
  )
  await ours.shutdown()
}

for (let attempt = 1; ; attempt++) {
  try {
    const ours = await logIn(user, password).catch(() => null)
    if (ours === null) await replaceFirst()
    else await ours.shutdown()
    process.stdout.write(`Cassandra knows ${user}, and nobody by a password that all know\n`)
    break
  } catch (error) {
    if (attempt === 30) throw error
    await delay(2000)
  }
}
