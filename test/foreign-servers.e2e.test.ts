import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isGapMarker, type Sample, status } from '@mla/model'
import { freePort, startAsyncua, startMilo } from '@mla/opcua-servers'
import { carriedTypes } from './system/carried-types.ts'
import { differenceOf, startForeignSystem, type Written } from './system/foreign-system.ts'
import { until } from './system/system.ts'

/**
 * Servers on stacks that are not ours, through collector, Kafka, dispatcher and Cassandra to the
 * operators: what they wrote is in the archive once, as they wrote it. How the link itself copes
 * with them is tested in packages/opcua.
 */

const nodeOf = (path: string): string => `nsu=urn:mla:test;s=${path}`

test('5,000 points at 1 Hz on asyncua, which goes down and comes back', async () => {
  const port = await freePort()
  const load = { port, points: 5_000, intervalMs: 1_000 }
  const first = await startAsyncua(load)
  await using _first = first
  await using path = await startForeignSystem({
    endpoint: first.endpoint,
    points: {
      'Asyncua/F{f=000..024}/P{p=000..199}': { type: 'double', nodeId: nodeOf('Load/F{f}/P{p}') },
    },
  })
  const runFor = async (seconds: number) => {
    const before = await path.received()
    await path.receivedAll(before + seconds * 5_000)
  }
  const quiet = async () => {
    let before = Number.NaN
    await until('the collector to have got all', async () => {
      const same = before === (await path.received())
      before = await path.received()
      return same
    })
  }
  await runFor(8)
  const last = [Number(await first.tell('hold'))]
  await quiet()
  await first.kill()
  await using second = await startAsyncua({ ...load, otherNamespaces: 2 })
  await runFor(8)
  last.push(Number(await second.tell('hold')))
  await quiet()
  const points = [...path.system.cdb.points.keys()]
  await until('the operators to see the last values', async () => {
    const query = 'query ($points: [ID!]!) { latest(points: $points) { value quality } }'
    const { latest } = await path.ask<{ latest: { value: number; quality: string }[] }>(query, {
      points,
    })
    return (
      latest.length === 5_000 &&
      latest.every(({ value, quality }) => value === last[1] && quality === 'GOOD')
    )
  })

  const archived = await path.settle()
  assert.equal(archived.size, 5_000)
  for (const [id, samples] of archived) {
    const [before = [], after = [], ...rest] = lives(samples)
    assert.deepEqual([before, after].map(isCountingUp), [true, true], `${id}: ${tell(samples)}`)
    assert.deepEqual([before.at(-1)?.value, after.at(-1)?.value], last, `${id}: ${tell(samples)}`)
    assert.ok(before.length >= 5 && after.length >= 5, `${id}: ${tell(samples)}`)
    assert.equal(rest.flat().length, 0, `${id} has values after the stop: ${tell(samples)}`)
    assert.ok(isGapMarker(samples.at(-1) as Sample), `${id} does not end with the planned stop`)
  }
})

test('all types and any status on Milo, 100 operations a call, and a type that changes', async () => {
  const [uncertain, localOverride, sensorFailure] = [0x40920000, 0x00960000, 0x808c0000]
  await using server = await startMilo({ port: await freePort(), operationLimit: 100 })
  const copies = 12
  const rows = carriedTypes.flatMap((carried, row) =>
    Array.from({ length: copies }, (_, copy) => ({
      id: `Milo/T${row}/P${copy}`,
      carried,
      written: [] as Written[],
    })),
  )
  const mode = { id: 'Milo/Mode', written: [] as Written[] }
  const odd = { id: 'Milo/Odd', written: [] as Written[] }
  for (const { id, carried, written } of rows) {
    const [opcua, type, [text, value]] = carried
    await server.add(id, opcua, text)
    written.push({ value, type, status: status.good, sourceTime: null })
  }
  await server.add(mode.id, 'Int32', '0')
  mode.written.push({ ...{ value: 0, type: 'enum', text: 'OFF' }, status: 0, sourceTime: null })
  await server.add(odd.id, 'Double', '1.5')
  odd.written.push({ value: 1.5, type: 'double', status: 0, sourceTime: null })

  const ofRows = rows.map(({ id, carried: [, type] }) => [id, { type, intervalMs: 100 }] as const)
  const enumeration = { 0: 'OFF', 1: 'ON' }
  await using path = await startForeignSystem({
    endpoint: server.endpoint,
    points: {
      ...Object.fromEntries(ofRows),
      [mode.id]: { type: 'enum', enumeration, intervalMs: 100 },
      [odd.id]: { type: 'double', intervalMs: 100 },
    },
  })
  const all = rows.length + 2
  await path.receivedAll(all)

  // Milo samples, so a round is written when the one before has arrived.
  for (const [round, code] of [uncertain, sensorFailure, localOverride, status.good].entries()) {
    const sourceTime = Date.now() * 1000 + 123
    for (const { id, carried, written } of rows) {
      const [opcua, type, one, other] = carried
      const [text, value] = code === sensorFailure ? ['null', null] : round % 2 === 0 ? other : one
      await server.write(id, opcua, text, code, sourceTime)
      written.push({ value, type, status: code, sourceTime })
    }
    const on = round % 2 === 0
    await server.write(mode.id, 'Int32', on ? '1' : '0', 0, sourceTime)
    const shown = on ? ({ value: 1, text: 'ON' } as const) : ({ value: 0, text: 'OFF' } as const)
    mode.written.push({ ...shown, type: 'enum', status: 0, sourceTime })
    if (round === 1) {
      await server.write(odd.id, 'String', 'broken', 0, sourceTime)
      const is = { value: 'broken', type: 'string', status: status.badTypeMismatch } as const
      odd.written.push({ ...is, sourceTime })
    } else {
      await server.write(odd.id, 'Double', String(round), 0, sourceTime)
      odd.written.push({ value: round, type: 'double', status: 0, sourceTime })
    }
    await path.receivedAll(all * (round + 2))
  }

  const archived = await path.settle()
  const differences = [...rows, mode, odd].flatMap(({ id, written }) => {
    const difference = differenceOf(beforeTheStop(archived.get(id)), written)
    return difference === null ? [] : [`${id}: ${difference}`]
  })
  assert.deepEqual(differences, [])
})

test('a server on asyncua that answers slowly, and has nodes that change their type', async () => {
  await using server = await startAsyncua({
    port: await freePort(),
    operationLimit: 100,
    delayMs: 400,
  })
  const points = Array.from({ length: 250 }, (_, i) => ({
    id: `Slow/P${i}`,
    written: [{ value: i, type: 'int32', status: 0, sourceTime: null }] as Written[],
  }))
  for (const [i, { id }] of points.entries()) await server.add(id, 'Int32', String(i))
  await using path = await startForeignSystem({
    endpoint: server.endpoint,
    points: Object.fromEntries(points.map(({ id }) => [id, { type: 'int32' }])),
  })
  await path.receivedAll(points.length)
  const mismatch = status.badTypeMismatch
  const changes = [
    { ...{ opcua: 'Int32', value: -7 }, as: { type: 'int32', status: 0 } },
    { ...{ opcua: 'Double', value: 2.5 }, as: { type: 'double', status: mismatch } },
    { ...{ opcua: 'String', value: 'three' }, as: { type: 'string', status: mismatch } },
    { ...{ opcua: 'Int32[]', value: 4 }, as: { type: 'int32[]', status: mismatch } },
    { ...{ opcua: 'Int16', value: 5 }, as: { type: 'int32', status: 0 } },
  ] as const
  for (const { opcua, value, as } of changes) {
    for (const { id, written } of points) {
      const sourceTime = Date.now() * 1000 + 123
      await server.write(id, opcua, String(value), 0, sourceTime)
      written.push({ ...as, value: opcua === 'Int32[]' ? [value] : value, sourceTime })
    }
  }
  await path.receivedAll(points.length * (changes.length + 1))
  const faulty = await path.system.collector.metric('mla_faulty_values_total', 'type mismatch')
  assert.equal(faulty, points.length * 3)

  const archived = await path.settle()
  const differences = points.flatMap(({ id, written }) => {
    const difference = differenceOf(beforeTheStop(archived.get(id)), written)
    return difference === null ? [] : [`${id}: ${difference}`]
  })
  assert.deepEqual(differences, [])
})

/** The samples without the marker of the planned stop, which must be the last. */
function beforeTheStop(samples: readonly Sample[] = []): readonly Sample[] {
  const last = samples.at(-1)
  assert.ok(last !== undefined && isGapMarker(last), tell(samples))
  return samples.slice(0, -1)
}

/** The samples between gap markers, less those that only say that a value still holds. */
function lives(samples: readonly Sample[]): Sample[][] {
  const found: Sample[][] = [[]]
  for (const sample of samples) {
    const isRepeated = sample.sourceTime === null && sample.serverTime === null
    if (isGapMarker(sample)) found.push([])
    else if (!isRepeated) found.at(-1)?.push(sample)
  }
  return found
}

/** One more each time, GOOD, and never twice at a time. */
const isCountingUp = (samples: readonly Sample[]): boolean =>
  samples.every(({ value, type, status: code }, i) => {
    const first = Number(samples[0]?.value)
    return type === 'double' && code === status.good && value === first + i
  })

const tell = (samples: readonly Sample[]): string =>
  samples.map((sample) => (isGapMarker(sample) ? 'gap' : sample.value)).join(' ')
