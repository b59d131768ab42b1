import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { bearer, openGuarded } from './access/access.fixture.ts'
import { rulesOf, standInForSupervisor } from './alarms/supervisor.fixture.ts'
import { pointOf, sampleOf } from './hmi.fixture.ts'

/** The client packages as people use them, against a real HMI with users. */
const folder = new URL('../../../clients/', import.meta.url)
const point = 'Array/Temperature'
const time = Math.floor(Date.now() / 1000) * 1_000_000 - 5_000_000

const alarm = 'Array/TooHot'

async function openWithSample() {
  const hmi = await openGuarded({}, [pointOf(point)], rulesOf(alarm))
  await standInForSupervisor(hmi.bus, alarm, AbortSignal.timeout(60_000))
  await hmi.publish(sampleOf(point, time, 21.5))
  while ((await hmi.metric('mla_records_received_total{service="hmi"}')) < 1);
  const { secret } = await hmi.token('VIEWER')
  return Object.assign(hmi, { secret })
}

interface Client {
  latest(points: string[]): Promise<{ value: unknown }[]>
  samples(points: string[]): AsyncIterable<{ value: unknown }[]>
  alarms(): Promise<{ id: string; state: string }[]>
  acknowledge(alarm: string, comment: string): Promise<void>
  command(component: string, command: string): Promise<unknown>
}

test('the TypeScript client asks, follows, and names what it is refused', async () => {
  await using hmi = await openWithSample()
  const { createMla } = (await import(new URL('typescript/mla-client.ts', folder).href)) as {
    createMla: (settings: object) => Client
  }
  const mla = createMla({ url: hmi.url, token: hmi.secret })
  assert.equal((await mla.latest([point]))[0]?.value, 21.5)
  for await (const samples of mla.samples([point])) {
    assert.equal(samples[0]?.value, 21.5)
    break
  }
  const [{ id, state } = { id: '', state: '' }] = await mla.alarms()
  assert.deepEqual([id, state], [alarm, 'SET_UNACK'])
  await assert.rejects(mla.acknowledge(alarm, 'seen'), { code: 'NOT_ALLOWED' })
  await assert.rejects(mla.command('mon', 'STOP'), { code: 'NOT_ALLOWED' })
  const stranger = createMla({ url: hmi.url, token: 'mla_x' })
  await assert.rejects(stranger.latest([point]), { code: 'NOT_AUTHENTICATED' })
  assert.equal((await hmi.ask('{ me { name } }', bearer(hmi.secret))).status, 200)
})

const script = `
import sys
from datetime import timedelta
from mla_client import Mla, MlaError
mla = Mla()
(sample,) = mla.latest(["${point}"])
print(sample.value, sample.quality, sample.time.isoformat())
print(next(mla.samples(["${point}"]))[0].value)
print(mla.history(["${point}"], timedelta(hours=1))["${point}"][0].value)
print(len(mla.points()), len(list(mla.logs())))
print([(one["id"], one["state"]) for one in mla.alarms({"active": True})])
with mla.download(["${point}"], timedelta(hours=1), format="csv") as file:
    print(len(file.read().splitlines()))
for token, work in (None, lambda m: m.command("mon", "STOP")), (None, lambda m: m.acknowledge("${alarm}", "seen")), ("mla_x", lambda m: m.latest(["x"])), ("mla_x", lambda m: next(m.samples(["x"]))):
    try:
        work(Mla(token=token))
    except MlaError as error:
        print(error.code)
`

test('the Python client asks, follows, downloads, and names what it is refused', async () => {
  await using hmi = await openWithSample()
  const python = spawn('python3', ['-c', script], {
    env: {
      ...{ PATH: process.env['PATH'], PYTHONPATH: fileURLToPath(new URL('python/', folder)) },
      ...{ PYTHONDONTWRITEBYTECODE: '1', MLA_URL: hmi.url, MLA_TOKEN: hmi.secret },
    },
  })
  const [out, err] = await Promise.all([text(python.stdout), text(python.stderr)])
  const iso = new Date(time / 1000).toISOString().replace('.000Z', '+00:00')
  const codes = ['NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_AUTHENTICATED', 'NOT_AUTHENTICATED']
  const lines = [
    `21.5 GOOD ${iso}`,
    '21.5',
    '21.5',
    '1 0',
    `[('${alarm}', 'SET_UNACK')]`,
    '2',
    ...codes,
  ]
  assert.deepEqual(out.trim().split('\n'), lines, err)
})
