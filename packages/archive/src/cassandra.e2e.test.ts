import { silentLog } from '@mla/kit'
import { localDataCenter, sharedCassandra } from '@mla/stack'
import { type CassandraSettings, openCassandra, setupCassandra } from './cassandra.ts'
import {
  describeAlarmArchive,
  describeArchive,
  describeLogArchive,
  describeRollups,
  rolledClass,
} from './conformance.ts'

const { contactPoints, port } = await sharedCassandra()
const settings: CassandraSettings = {
  contactPoints,
  port,
  localDataCenter,
  keyspace: 'archive_conformance',
  consistency: 'one',
  user: null,
  passwordFile: null,
  tlsCa: null,
  requestTimeoutMs: 12_000,
}
const classes = [{ ...rolledClass, retentionDays: 3650 }]
await setupCassandra({ ...settings, replication: 1 }, classes, silentLog)

const open = () => openCassandra(settings, { classes, classOf: () => 'standard' }, silentLog)

describeArchive('cassandra', open)
describeLogArchive('cassandra', open)
describeAlarmArchive('cassandra', open)
describeRollups('cassandra', open)
