import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mlaState } from '@mla/bus'
import { documentOfLevel } from '@mla/control'
import type { Priority } from '@mla/model'
import { collecting, openBus, send, until } from './collector.fixture.ts'

const limit = { timeout: 20_000 }
const yaml =
  "sources:\n  hosts: {recipe: syslog, listen: ['tcp://127.0.0.1:0'], nameBy: host, minPriority: INFO}\n"
const line = (severity: number, host: string, text: string) =>
  `<${8 + severity}>Nov 21 08:00:00 ${host} app: ${text}\n`

test(
  'what is let through of a source or of one of its devices is set while it runs, and outlives a restart',
  limit,
  async () => {
    await using bus = openBus()
    const set = async (source: string, minPriority: Priority | null): Promise<void> => {
      const record = documentOfLevel({ source, minPriority, time: 1, by: 'anna' })
      await bus.publish(mlaState, [{ key: record.key, record }])
    }
    await set('hosts', 'ERROR')
    {
      await using first = await collecting(yaml, bus)
      const port = await first.portOf('hosts')
      await until(() => first.figures().levels.join() === 'hosts ERROR')
      await send(port, line(6, 'pi-1', 'no'), line(3, 'pi-1', 'kept by the source'))
      await bus.have(1)
      await set('hosts/pi-*', 'DEBUG')
      await until(() => first.figures().levels.length === 2)
      await send(port, line(7, 'pi-1', 'kept by the device'), line(4, 'tel', 'no'))
      await bus.have(2)
      await until(async () => (await first.count('mla_log_withheld_total')) === 2)
    }
    await using second = await collecting(yaml, bus)
    const port = await second.portOf('hosts')
    await until(() => second.figures().levels.length === 2)
    await set('hosts', null)
    await until(() => second.figures().levels.length === 1)
    await send(port, line(7, 'tel', 'no'), line(6, 'tel', 'as configured'))
    const records = await bus.have(3)
    assert.deepEqual(
      records.map(({ message }) => message),
      ['kept by the source', 'kept by the device', 'as configured'],
    )
  },
)
