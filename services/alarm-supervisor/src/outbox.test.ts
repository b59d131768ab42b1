import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alarmOf, noProperties, noStamps, untouched } from '@mla/alarm'
import type { Bus } from '@mla/bus'
import type { Sent } from './deployment.ts'
import { createOutbox } from './outbox.ts'

/** A bus that says what it was given, and takes it when it is told to. */
function slowBus() {
  const given: string[] = []
  const open: (() => void)[] = []
  const publish: Bus['publish'] = async (topic, records) => {
    const texts = records.map(({ record }) => {
      const { values, id, key, content } = record as Record<string, unknown>
      return values
        ? (values as { id: string }[]).map((one) => one.id).join()
        : [id ?? key, content].filter(Boolean).join('=')
    })
    given.push(`${topic.name} ${texts.join()}`)
    await new Promise<void>((done) => open.push(done))
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return {
    given,
    publish,
    settle,
    async take(): Promise<void> {
      open.shift()?.()
      await settle()
    },
  }
}

const value = (id: string): Sent => ({
  ...{ supervisor: 'S', dasu: 'D' },
  emission: {
    ...{ id, fullRunningId: `(${id}:IASIO)`, type: 'ALARM', value: alarmOf('SET_ACK', 'LOW') },
    ...{ mode: 'OPERATIONAL', validity: 'RELIABLE', stamps: noStamps, properties: noProperties },
    ...{ dependencies: [], isChange: true, before: null, operator: untouched, action: null },
    ...{ since: 1, setSince: 1, annunciation: 'ANNUNCIATED' },
  },
})
const reply = { id: 'a', component: 'c', command: 'shelve', accepted: true, time: 1, message: null }
const snapshot = (key: string, content: string) => async () => [
  { key, record: { key, time: 1, by: 'me', content } },
]

test('values do not wait for snapshots, which come after the values and answers that they know', async () => {
  const bus = slowBus()
  const { given, take, settle } = bus
  const outbox = createOutbox({
    ...{ bus, epoch: 1, now: () => 1, signal: new AbortController().signal },
    ...{ sent: () => undefined, failed: assert.fail },
  })
  outbox.values([value('first')])
  outbox.values([value('second')])
  outbox.reply(reply)
  outbox.state('D', snapshot('D', 'old'))
  outbox.state('D', snapshot('D', 'new'))
  await settle()
  assert.deepEqual(given.splice(0), ['alarm.bsdb first'])
  await take()
  assert.deepEqual(given.splice(0), ['alarm.bsdb second'], 'what came meanwhile')
  outbox.values([value('third')])
  outbox.state('E', snapshot('E', 'knows third'))
  await take()
  assert.deepEqual(given.splice(0), ['mla.replies a'])
  await take()
  assert.deepEqual(given.splice(0).sort(), ['alarm.bsdb third', 'mla.state D=new'])
  await take()
  assert.deepEqual(given, [], 'one snapshot at a time, however many values go by')
  await take()
  assert.deepEqual(given, ['mla.state E=knows third'])
  await take()
  await outbox.flushed()
})
