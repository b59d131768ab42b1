import assert from 'node:assert/strict'
import { test } from 'node:test'
import { microsPerDay, microsPerSecond } from '@mla/model'
import type { AlarmHistoryQuery, ArchivedTransition } from '../alarm-port.ts'
import type { Archive } from '../port.ts'

type Open = () => Promise<Archive>

let stories = 0
const start = Date.UTC(1990, 5, 1) * 1000

interface Story {
  readonly archive: Archive
  readonly begin: number
  /** A transition of the story's alarm `name`, so many seconds after its beginning. */
  at(name: string, seconds: number, change?: Partial<ArchivedTransition>): ArchivedTransition
  ask(change?: Partial<AlarmHistoryQuery>): Promise<readonly ArchivedTransition[]>
}

/** Each story has days and alarms of its own: servers keep those of runs before. */
function storyOf(archive: Archive): Story {
  const mark = `${process.pid}-${Date.now()}-${stories}`
  const begin = start + ((process.pid % 40) * 3 + stories++) * 100 * microsPerDay
  return {
    ...{ archive, begin },
    at: (name, seconds, change = {}) => ({
      ...{ alarm: `${name} ${mark}`, time: begin + seconds * microsPerSecond, epoch: begin },
      ...{ sequence: Math.max(0, Math.round(seconds)), from: 'CLEAR_ACK', to: 'SET_UNACK' },
      ...{ priority: 'HIGH', validity: 'RELIABLE', action: null, user: null, comment: null },
      ...{ details: '{"a": [1]}', ...change },
    }),
    ask: (change = {}) =>
      archive.alarms.history({
        ...{ alarm: null, from: begin, to: begin + 50 * microsPerDay, order: 'oldest' },
        ...{ limit: 1000, ...change },
      }),
  }
}

/** What any archive of alarms must do. */
export function describeAlarmArchive(name: string, open: Open): void {
  const tell = (title: string, run: (story: Story) => Promise<void>) =>
    test(`${name} of alarms: ${title}`, async () => {
      await using archive = await open()
      await run(storyOf(archive))
    })

  tell('transitions are there, whole and in order, each once', async ({ archive, at, ask }) => {
    const one = at('A', 1)
    const two = at('A', 2, {
      ...{ from: 'SET_UNACK', to: 'SET_ACK', action: 'acknowledge', user: 'eva', comment: 'Grüße' },
    })
    const other = at('B', 1, { from: null, validity: 'UNRELIABLE', details: '{}' })
    await archive.alarms.append([two, one])
    await archive.alarms.append([one, other])
    await archive.alarms.append([two])
    assert.deepEqual(await ask(), [one, other, two])
    assert.deepEqual(await ask({ alarm: one.alarm }), [one, two])
    assert.deepEqual(await ask({ order: 'newest' }), [two, other, one])
    assert.deepEqual(await ask({ alarm: one.alarm, order: 'newest', limit: 1 }), [two])
    assert.deepEqual(await ask({ from: two.time }), [two])
    assert.deepEqual(await ask({ to: two.time }), [one, other])
    assert.deepEqual(await ask({ alarm: 'nobody' }), [])
  })

  tell('pages follow each other without gap or double', async ({ archive, at, ask }) => {
    const all = Array.from({ length: 60 }, (_, i) =>
      // Some of one moment, some days apart.
      at(i % 3 === 0 ? 'A' : 'B', Math.floor(i / 4) * 40_000, { sequence: i }),
    )
    await archive.alarms.append(all)
    for (const order of ['oldest', 'newest'] as const) {
      for (const alarm of [null, all[0]?.alarm ?? '']) {
        const whole = await ask({ order, alarm })
        assert.equal(whole.length, alarm === null ? 60 : 20)
        const paged: ArchivedTransition[] = []
        for (let after: ArchivedTransition | null = null; ; ) {
          const page = await ask({ order, alarm, after, limit: 7 })
          paged.push(...page)
          after = page.at(-1) ?? null
          if (page.length < 7) break
        }
        assert.deepEqual(paged, whole)
      }
    }
  })

  tell('the state of all alarms at a time', async ({ archive, at, begin }) => {
    const early = at('A', 0)
    const late = at('A', 40 * 86_400, { to: 'CLEAR_UNACK' })
    const again = at('A', 40 * 86_400, { to: 'CLEAR_ACK', sequence: late.sequence + 1 })
    const other = at('B', 10)
    await archive.alarms.append([early, late, again, other])
    const stateAt = async (seconds: number) => {
      const ids = new Set([early.alarm, other.alarm])
      const all = await archive.alarms.stateAt(begin + seconds * microsPerSecond)
      return all.filter(({ alarm }) => ids.has(alarm)).sort((a, b) => (a.alarm < b.alarm ? -1 : 1))
    }
    assert.deepEqual(await stateAt(-1), [])
    assert.deepEqual(await stateAt(0), [early])
    assert.deepEqual(await stateAt(86_400), [early, other])
    assert.deepEqual(await stateAt(50 * 86_400), [again, other])
  })
}
