import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Cdb, Point } from '@mla/cdb'
import { createHealth, createMetrics, type Life, silentLog } from '@mla/kit'
import { scalarTypes, type Value, type ValueType } from '@mla/model'
import { OPCUACertificateManager } from 'node-opcua-certificate-manager'
import {
  AttributeIds,
  ClientMonitoredItemGroup,
  type ClientSession,
  type ClientSubscription,
  DataChangeFilter,
  DataChangeTrigger,
  type DataValue,
  DeadbandType,
  MessageSecurityMode,
  OPCUAClient,
  SecurityPolicy,
  TimestampsToReturn,
  type UserIdentityInfo,
  UserTokenType,
} from 'node-opcua-client'
import { createChecksum } from './checksum.ts'
import type { SimulatorSettings } from './config.ts'
import { modelValueOf } from './server/values.ts'
import { valueAt } from './signals.ts'
import { runSimulator, type SimulatorAddresses } from './simulate.ts'
import type { TruthOfPoint } from './truth.ts'

const uri = 'urn:test:one'
const other = 'urn:test:two'
const types = scalarTypes.flatMap((type): ValueType[] => [type, `${type}[]`])

const pointOf = (fields: Pick<Point, 'id' | 'type'> & Partial<Point>): Point => ({
  description: null,
  unit: null,
  source: 'plc',
  nodeId: `nsu=${uri};s=${fields.id}`,
  intervalMs: 100,
  queueSize: 10,
  deadband: null,
  range: null,
  enumeration: null,
  archiveClass: 'normal',
  lane: 0,
  signal: null,
  ...fields,
})

const points = new Map<string, Point>(
  [
    ...types.map((type) =>
      pointOf({
        id: `Types/${type.replace('[]', 'Array')}`,
        type,
        nodeId: `nsu=${other};s=${type}`,
      }),
    ),
    ...Array.from({ length: 50 }, (_, i) =>
      pointOf({
        id: `Fast/Group${i % 5}/Value${i}`,
        type: 'double',
        unit: 'Cel',
        signal: { kind: 'noise', mean: 20, noise: 1 },
      }),
    ),
    pointOf({
      id: 'Percent/Value',
      type: 'double',
      nodeId: `nsu=${uri};i=77`,
      range: { low: 0, high: 200 },
      deadband: { kind: 'percent', value: 10 },
      signal: { kind: 'noise', mean: 100, noise: 15 },
    }),
    pointOf({
      id: 'State/Mode',
      type: 'enum',
      enumeration: new Map([
        [0, 'off'],
        [4, 'on'],
      ]),
    }),
  ].map((point) => [point.id, point]),
)
const cdb: Cdb = { version: 'test', sources: new Map(), archiveClasses: new Map(), points }
const fast = [...points.keys()].filter((id) => id.startsWith('Fast/'))
const seed = 42

const lifeOf = (signal: AbortSignal): Life => ({
  name: 'opcua-simulator',
  instance: 'test',
  log: silentLog,
  metrics: createMetrics('opcua-simulator'),
  health: createHealth(),
  signal,
})
const settingsOf = (): SimulatorSettings => ({
  opcuaPort: 0,
  host: '127.0.0.1',
  controlPort: 0,
  controlHost: '127.0.0.1',
  seed,
  dataFolder: folder,
  user: { name: 'operator', password: 'secret' },
  maxItemsPerCall: 100,
  maxNodesPerRead: 100,
  maxNodesPerBrowse: 100,
})

let addresses: SimulatorAddresses
let folder = ''
let running: Promise<void>
const stop = new AbortController()

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mla-simulator-'))
  addresses = await new Promise((resolve, reject) => {
    running = runSimulator({ cdb, settings: settingsOf(), ready: resolve }, lifeOf(stop.signal))
    running.catch(reject)
  })
})
after(async () => {
  stop.abort()
  await running
  await rm(folder, { recursive: true, force: true })
})

const control = async (method: string, path: string, body?: object) => {
  const response = await fetch(`http://127.0.0.1:${addresses.controlPort}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return JSON.parse(await response.text())
}
const truthOf = async (match: string): Promise<Record<string, TruthOfPoint>> =>
  (await control('GET', `/truth?match=${encodeURIComponent(match)}`)).points

interface Connection extends AsyncDisposable {
  readonly client: OPCUAClient
  readonly session: ClientSession
  nodeIdOf(id: string): string
}

async function connect(
  options: Parameters<typeof OPCUAClient.create>[0] = {},
  user: UserIdentityInfo = { type: UserTokenType.Anonymous },
): Promise<Connection> {
  const certificates = new OPCUACertificateManager({
    rootFolder: join(folder, 'client'),
    automaticallyAcceptUnknownCertificate: true,
    disableFileWatchers: true,
  })
  const client = OPCUAClient.create({
    endpointMustExist: false,
    clientCertificateManager: certificates,
    connectionStrategy: { initialDelay: 50, maxDelay: 200, maxRetry: 100 },
    ...options,
  })
  await client.connect(`opc.tcp://127.0.0.1:${addresses.opcuaPort}`)
  const session = await client.createSession(user)
  const namespaces = await session.readNamespaceArray()
  return {
    client,
    session,
    nodeIdOf(id) {
      const [, name = '', rest] = /^nsu=([^;]*);(.*)$/.exec(points.get(id)?.nodeId ?? '') ?? []
      return `ns=${namespaces.indexOf(name)};${rest}`
    },
    async [Symbol.asyncDispose]() {
      await session.close(true).catch(() => undefined)
      await client.disconnect()
    },
  }
}

interface Watch {
  readonly received: ReadonlyMap<string, DataValue[]>
  readonly subscription: ClientSubscription
  /** Resolves when a condition over what was received holds. */
  until(condition: () => boolean): Promise<void>
}

async function watch(
  { session, nodeIdOf }: Connection,
  ids: readonly string[],
  options: {
    samplingInterval?: number
    publishingInterval?: number
    queueSize?: number
    filter?: DataChangeFilter
  } = {},
): Promise<Watch> {
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: options.publishingInterval ?? 100,
    requestedMaxKeepAliveCount: 2,
    requestedLifetimeCount: 1000,
    publishingEnabled: true,
  })
  const { samplingInterval = 100, queueSize = 10, filter } = options
  const group = ClientMonitoredItemGroup.create(
    subscription,
    ids.map((id) => ({ nodeId: nodeIdOf(id), attributeId: AttributeIds.Value })),
    { samplingInterval, queueSize, discardOldest: true, ...(filter ? { filter } : {}) },
    TimestampsToReturn.Both,
  )
  const received = new Map<string, DataValue[]>(ids.map((id) => [id, []]))
  const events = new EventEmitter()
  group.on('changed', (_item, dataValue: DataValue, index: number) => {
    received.get(ids[index] ?? '')?.push(dataValue)
    events.emit('value')
  })
  group.on('err', (message) => events.emit('error', new Error(message)))
  return {
    received,
    subscription,
    async until(condition) {
      while (!condition()) await once(events, 'value')
    },
  }
}

/** Nothing more is made, and all that was queued has arrived: keep-alives come after it. */
async function drained({ subscription }: Watch, match = '**'): Promise<void> {
  await control('POST', '/faults', { kind: 'silence', match })
  await once(subscription, 'keepalive')
  await once(subscription, 'keepalive')
}

const sourceMsOf = (dataValue: DataValue): number => dataValue.sourceTimestamp?.getTime() ?? 0
const least = ({ received }: Watch): number =>
  Math.min(...[...received.values()].map((values) => values.length))

test('what it queued is what a client receives, each with a stamp of its own', async () => {
  await using connection = await connect()
  const before = await truthOf('Fast/**')
  const watching = await watch(connection, fast)
  await watching.until(() => least(watching) >= 15)
  await drained(watching)
  const truth = await truthOf('Fast/**')
  await control('DELETE', '/faults')

  for (const id of fast) {
    const values = watching.received.get(id) ?? []
    const now = truth[id]
    assert.ok(now)
    assert.equal(now.queued - (before[id]?.queued ?? 0), values.length, id)
    assert.equal(now.published - (before[id]?.published ?? 0), values.length, id)
    assert.equal(now.discarded, 0)
    assert.equal(new Set(values.map(sourceMsOf)).size, values.length)
    const checksum = createChecksum()
    for (const one of values) checksum.add(sourceMsOf(one) * 1000, modelValueOf(one.value))
    if (before[id]?.queued === 0) assert.equal(now.checksum, checksum.toString())
  }
})

test('every type arrives as the value of its seed and time', async () => {
  await using connection = await connect()
  const ids = [...points.keys()].filter((id) => /^(Types|State)\//.test(id))
  const watching = await watch(connection, ids)
  await watching.until(() => least(watching) >= 1)
  for (const id of ids) {
    const point = points.get(id)
    const [first] = watching.received.get(id) ?? []
    assert.ok(point && first)
    const plain = (value: Value) => (value instanceof Uint8Array ? Uint8Array.from(value) : value)
    const expected = valueAt(point, seed, sourceMsOf(first))
    const received = modelValueOf(first.value)
    const list = (value: Value) => (Array.isArray(value) ? value.map(plain) : plain(value))
    assert.deepEqual(list(received), list(expected), id)
  }
})

test('reads disturb neither the counts nor the signal', async () => {
  await using connection = await connect()
  const before = await truthOf('Fast/**')
  const nodeId = connection.nodeIdOf('Fast/Group0/Value0')
  for (let i = 0; i < 20; i++) {
    const read = await connection.session.read({ nodeId, attributeId: AttributeIds.Value })
    const point = points.get('Fast/Group0/Value0')
    assert.ok(point && read.statusCode.isGood())
    assert.equal(read.value.value, valueAt(point, seed, sourceMsOf(read)))
  }
  assert.deepEqual(await truthOf('Fast/**'), before)
})

const deadbands: [name: string, id: string, kind: DeadbandType, value: number, least: number][] = [
  ['absolute', 'Fast/Group1/Value1', DeadbandType.Absolute, 1.5, 1.5],
  ['percent', 'Percent/Value', DeadbandType.Percent, 10, 20],
]
for (const [name, id, deadbandType, deadbandValue, leastStep] of deadbands) {
  test(`counts behind an ${name} dead band`, async () => {
    await using connection = await connect()
    const before = (await truthOf(id))[id]?.queued ?? 0
    const filter = new DataChangeFilter({
      trigger: DataChangeTrigger.StatusValue,
      deadbandType,
      deadbandValue,
    })
    const watching = await watch(connection, [id], { filter, samplingInterval: 50 })
    await watching.until(() => least(watching) >= 6)
    await drained(watching)
    const queued = ((await truthOf(id))[id]?.queued ?? 0) - before
    await control('DELETE', '/faults')
    const values = (watching.received.get(id) ?? []).flatMap(({ statusCode, value }) =>
      statusCode.isGood() ? [Number(value.value)] : [],
    )
    assert.equal(watching.received.get(id)?.length, queued)
    values.slice(1).forEach((value, i) => {
      assert.ok(Math.abs(value - (values[i] ?? 0)) > leastStep)
    })
  })
}

test('what a full queue pushes out is counted and taken out of the checksum', async () => {
  await using connection = await connect()
  const id = 'Fast/Group2/Value2'
  const before = (await truthOf(id))[id]
  const watching = await watch(connection, [id], {
    publishingInterval: 500,
    samplingInterval: 50,
    queueSize: 2,
  })
  await watching.until(() => least(watching) >= 6)
  await drained(watching)
  const after = (await truthOf(id))[id]
  await control('DELETE', '/faults')
  assert.ok(before && after)
  const discarded = after.discarded - before.discarded
  const received = watching.received.get(id) ?? []
  assert.ok(discarded > 0)
  assert.equal(after.queued - before.queued - discarded, received.length)
  assert.ok(received.some(({ statusCode }) => statusCode.hasOverflowBit))
})

test('the same tick for two clients is one sample and a repetition', async () => {
  await using one = await connect()
  await using two = await connect()
  const id = 'Fast/Group3/Value3'
  const before = (await truthOf(id))[id]
  const watches = [await watch(one, [id]), await watch(two, [id])]
  for (const watching of watches) await watching.until(() => least(watching) >= 8)
  for (const watching of watches) await drained(watching)
  const after = (await truthOf(id))[id]
  await control('DELETE', '/faults')
  assert.ok(before && after)
  const received = watches.flatMap((watching) => watching.received.get(id) ?? [])
  assert.equal(after.queued - before.queued, new Set(received.map(sourceMsOf)).size)
  assert.equal(after.queued + after.repeated - before.queued - before.repeated, received.length)
})

test('faults appear and pass: a status, a type, a frozen value', async () => {
  await using connection = await connect()
  const id = 'Fast/Group4/Value4'
  const watching = await watch(connection, [id])
  const values = () => watching.received.get(id) ?? []
  const has = (test: (value: DataValue) => boolean) => () => values().slice(-1).some(test)
  const healthy = has(({ statusCode, value }) => statusCode.isGood() && value.dataType === 11)
  await watching.until(healthy)
  await control('POST', '/faults', { kind: 'bad-status', match: id })
  await watching.until(has(({ statusCode }) => statusCode.value === 0x808c0000))
  await control('POST', '/faults', { kind: 'type-change', match: id })
  await watching.until(has(({ value }) => typeof value.value === 'string'))
  await control('DELETE', '/faults')
  await watching.until(healthy)
  await control('POST', '/faults', { kind: 'freeze', match: id })
  await once(watching.subscription, 'keepalive')
  await control('DELETE', '/faults')
  await watching.until(healthy)
})

test('after a disconnect the subscription goes on; after a restart it is gone', async () => {
  await using connection = await connect()
  const id = 'Fast/Group0/Value5'
  const watching = await watch(connection, [id])
  await watching.until(() => least(watching) >= 1)
  const back = once(connection.client, 'connection_reestablished')
  await control('POST', '/faults', { kind: 'disconnect' })
  await back
  const seen = least(watching)
  await watching.until(() => least(watching) > seen + 3)

  const lost = once(connection.client, 'connection_lost')
  const again = once(connection.client, 'after_reconnection')
  await control('POST', '/faults', { kind: 'restart', durationS: 0.5 })
  await lost
  assert.deepEqual((await control('GET', '/truth?match=none')).items, 0)
  await again
  await using fresh = await connect()
  const anew = await watch(fresh, [id])
  await anew.until(() => least(anew) >= 3)
})

test('a slow server answers later, in order, and is quick again when the fault ends', async () => {
  await using connection = await connect()
  const ask = () => connection.session.read({ nodeId: 'i=2258', attributeId: AttributeIds.Value })
  await control('POST', '/faults', { kind: 'slow', delayMs: 300 })
  const answers: number[] = []
  const started = performance.now()
  await Promise.all([1, 2, 3].map((n) => ask().then(() => answers.push(n))))
  assert.ok(performance.now() - started >= 290)
  assert.deepEqual(answers, [1, 2, 3])
  await control('DELETE', '/faults')
  assert.ok((await ask()).statusCode.isGood())
})

test('lets users in with the right password only, over an encrypted channel too', async () => {
  const secure = {
    securityMode: MessageSecurityMode.SignAndEncrypt,
    securityPolicy: SecurityPolicy.Basic256Sha256,
  }
  const user = { type: UserTokenType.UserName, userName: 'operator' } as const
  await using connection = await connect(secure, { ...user, password: 'secret' })
  const nodeId = connection.nodeIdOf('Fast/Group0/Value0')
  const read = await connection.session.read({ nodeId, attributeId: AttributeIds.Value })
  assert.ok(read.statusCode.isGood())
  await assert.rejects(
    connection.client.createSession({ ...user, password: 'wrong' }),
    /BadUserAccessDenied|BadIdentityToken/,
  )
})

test('can be browsed by the parts of the points’ ids, with types and units', async () => {
  await using connection = await connect()
  const names = async (nodeId: string) =>
    ((await connection.session.browse(nodeId)).references ?? []).map(
      ({ browseName, nodeId: id }) => [browseName.name ?? '', id.toString()] as const,
    )
  let at = 'i=85'
  for (const step of ['Fast', 'Group0', 'Value0', 'EngineeringUnits']) {
    const found: readonly (readonly [string, string])[] = await names(at)
    at = found.find(([name]) => name === step)?.[1] ?? assert.fail(`no ${step} in ${found}`)
  }
  const unit = await connection.session.read({ nodeId: at, attributeId: AttributeIds.Value })
  assert.equal(unit.value.value.displayName.text, 'Cel')
})

test('a port that is taken is a setting to change', async () => {
  const settings = settingsOf()
  const run = (taken: Partial<SimulatorSettings>) =>
    runSimulator({ cdb, settings: { ...settings, ...taken } }, lifeOf(AbortSignal.abort()))
  await assert.rejects(run({ opcuaPort: addresses.opcuaPort }), /MLA_OPCUA_PORT: cannot listen/)
  await assert.rejects(
    run({ controlPort: addresses.controlPort }),
    /MLA_SIMULATOR_CONTROL_PORT: cannot listen/,
  )
})

test('refuses more items in one call than its limit', async () => {
  await using connection = await connect()
  const many = Array.from({ length: 101 }, () => ({
    nodeId: connection.nodeIdOf('Fast/Group0/Value0'),
    attributeId: AttributeIds.Value,
  }))
  const limits = await connection.session.read({ nodeId: 'i=11714', attributeId: 13 })
  assert.equal(limits.value.value, 100)
  await assert.rejects(connection.session.read(many), /BadTooManyOperations/)
})
