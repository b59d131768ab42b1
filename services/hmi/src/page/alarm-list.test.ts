import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Alarm, chosen, floodOf, nameOf, pathOf, stateWords } from './alarm-list.ts'
import { loudestOf } from './alarm-sound.ts'
import { remarksOf, standingsOf } from './alarm-standing.ts'
import { branchWords, treeOf } from './alarm-tree.ts'

const alarm = (id: string, change: Partial<Alarm> = {}): Alarm => ({
  ...{ id, state: 'SET_UNACK', priority: 'MEDIUM', validity: 'RELIABLE' },
  ...{
    time: '2026-11-21T00:00:00Z',
    description: null,
    setTime: null,
    points: [],
    annunciation: 'ANNUNCIATED',
  },
  ...{ acknowledgedBy: null, comment: null, shelvedUntil: null, shelvedBy: null },
  ...{
    shelvedReason: null,
    shelfEnding: false,
    escalatedTime: null,
    firstOut: null,
    rootCause: null,
    outOfServiceBy: null,
    outOfServiceReason: null,
    canShelve: true,
    guidance: null,
    url: null,
    ...change,
  },
})

const all = [
  alarm('clear', { state: 'CLEAR_ACK' }),
  alarm('seen', { state: 'SET_ACK', priority: 'CRITICAL' }),
  alarm('gone', { state: 'CLEAR_UNACK', description: 'Wind' }),
  alarm('low', { priority: 'LOW' }),
  alarm('high', { priority: 'HIGH' }),
  alarm('newer', { time: '2026-11-21T01:00:00Z' }),
  alarm('shelf', { annunciation: 'SHELVED', shelvedUntil: '2026-11-22T00:00:00Z' }),
]
const choice = { text: '', which: 'open', least: 'LOW' } as const
const ids = (change: object) => chosen(all, { ...choice, ...change }).map(({ id }) => id)

test('what wants attention comes first', () => {
  assert.deepEqual(ids({}), ['high', 'newer', 'low', 'gone', 'seen'])
  assert.deepEqual(ids({ which: 'all' }).slice(-2), ['clear', 'shelf'])
})

test('what nobody acknowledged in time comes before all others', () => {
  const late = alarm('late', { priority: 'LOW', escalatedTime: '2026-11-21T00:05:00Z' })
  const [first] = chosen([...all, late], choice)
  assert.equal(first?.id, 'late')
  assert.equal(stateWords(late), 'SET, to acknowledge, escalated')
})

test('filters take the rest away', () => {
  assert.deepEqual(ids({ which: 'unacknowledged', least: 'HIGH' }), ['high'])
  assert.deepEqual(ids({ which: 'aside' }), ['shelf'])
  assert.deepEqual(ids({ text: 'wind' }), ['gone'])
})

test('the state is said in words', () => {
  assert.equal(stateWords(alarm('a')), 'SET, to acknowledge')
  const shelved = alarm('a', { annunciation: 'OUT_OF_SERVICE', validity: 'UNRELIABLE' })
  assert.equal(stateWords(shelved), 'SET, to acknowledge, unreliable, out of service')
})

test('an alarm of a template is called by its system, which its points tell', () => {
  const points = ['Tel03/Mount/Azimuth/Drive1/WindingTemperature']
  const hot = alarm('Mount/Azimuth/Drive1/WindingHot[!#3!]', { points })
  assert.equal(nameOf(hot), 'Mount/Azimuth/Drive1/WindingHot')
  assert.equal(pathOf(hot), 'Tel03/Mount/Azimuth/Drive1/WindingHot')
  assert.equal(pathOf(alarm('Components/Lost')), 'Components/Lost')
  assert.equal(pathOf(alarm('Array/Wind', { points: ['Array/Weather/Wind'] })), 'Array/Wind')
})

test('a branch of the tree says what its alarms come to', () => {
  const tree = treeOf([
    alarm('Tel01/Mount/A'),
    alarm('Tel01/Mount/B', { state: 'CLEAR_ACK' }),
    alarm('Tel01/Power', { annunciation: 'SHELVED' }),
    alarm('Array/Wind', { state: 'SET_ACK' }),
  ])
  const [array, first] = tree.branches
  assert.equal(branchWords(first ?? tree), '3 alarms, 1 to acknowledge, 1 set, 1 set aside')
  assert.equal(branchWords(array ?? tree), '1 alarms, 1 set')
  assert.deepEqual(
    first?.branches.map(({ path }) => path),
    ['Tel01/Mount'],
  )
  assert.deepEqual(
    first?.leaves.map(({ id }) => id),
    ['Tel01/Power'],
  )
})

test('the most urgent that calls is heard, unless it was silenced', () => {
  assert.equal(loudestOf(all, new Set())?.id, 'high')
  assert.equal(loudestOf(all, new Set(['high']))?.id, 'newer')
  assert.equal(loudestOf([alarm('a', { state: 'SET_ACK' })], new Set()), null)
})

test('more than ten new alarms in ten minutes are a flood', () => {
  const now = Date.parse('2026-11-21T00:10:00Z')
  const some = (count: number, setTime: string) =>
    Array.from({ length: count }, (_, i) => alarm(String(i), { setTime }))
  assert.equal(floodOf(some(10, '2026-11-21T00:05:00Z'), now), 0)
  assert.equal(floodOf(some(11, '2026-11-21T00:05:00Z'), now), 11)
  assert.equal(floodOf(some(50, '2026-11-20T23:00:00Z'), now), 0)
})

test('a burst says who was first of it, what caused it, and what follows from that', () => {
  const at = (second: number) => `2026-11-21T00:00:0${second}Z`
  const some = [
    alarm('Power/Lost', { firstOut: 'Power/Lost', setTime: at(0), time: at(0) }),
    alarm('Drive', {
      firstOut: 'Power/Lost',
      rootCause: 'Power/Lost',
      setTime: at(1),
      time: at(1),
    }),
    alarm('Wind', { firstOut: 'Power/Lost', setTime: at(2), time: at(5) }),
    alarm('Old', { firstOut: 'Power/Lost', setTime: '2026-11-20T00:00:00Z', state: 'SET_ACK' }),
  ]
  const standingOf = standingsOf(new Map(some.map((one) => [one.id, one])))
  const words = some.map((one) => remarksOf(one, standingOf(one), 'utc').join('; '))
  assert.deepEqual(words, [
    '⊢ explains 1 set with it; ① first of 3',
    '↳ because of Power/Lost',
    '↻ calls again since it was set 2026-11-21 00:00:02; after Power/Lost',
    // What was set first has been set anew since then.
    '',
  ])
  assert.deepEqual(
    chosen(some, { ...choice, which: 'roots' }).map(({ id }) => id),
    ['Wind', 'Power/Lost', 'Old'],
  )
})

test('what time makes of an alarm is said with the time', () => {
  const shelved = alarm('a', {
    ...{ annunciation: 'SHELVED', shelvedUntil: '2026-11-21T01:00:00Z', shelfEnding: true },
  })
  const late = alarm('b', { escalatedTime: '2026-11-21T00:05:00Z' })
  const standingOf = standingsOf(new Map())
  const words = (one: Alarm) => remarksOf(one, standingOf(one), 'utc').join('; ')
  assert.equal(words(shelved), '⧗ its shelf ends 2026-11-21 01:00:00')
  assert.equal(stateWords(shelved), 'SET, to acknowledge, shelved, ends soon')
  assert.equal(words(late), '‼ escalated 2026-11-21 00:05:00: not acknowledged in time')
})
