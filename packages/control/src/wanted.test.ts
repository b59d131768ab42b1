import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wantedOf } from './wanted.ts'

const address = { component: 'mon-dispatcher@a', name: 'mon-dispatcher', subsystem: 'mon' }

/** Wishes in the order in which the bus took them, `+` for ONLINE; and what comes of them. */
const cases: [wishes: string, wanted: boolean | null][] = [
  ['', null],
  ['-mon-dispatcher@a', false],
  ['-mon-dispatcher@a +mon-dispatcher@a', true],
  ['-mon-dispatcher@b -log -hmi', null],
  ['-mon', false],
  ['-all', false],
  ['-all +mon-dispatcher', true],
  ['+mon-dispatcher@a -mon', false],
  ['-mon +mon-dispatcher@a', true],
  ['-mon-dispatcher@a +mon', true],
]
for (const [wishes, wanted] of cases) {
  test(`"${wishes}" wants it ${wanted}`, () => {
    const words = wishes.split(' ').filter((word) => word !== '')
    const documents = words.map(
      (word, time) => [word.slice(1), { isOnline: word.startsWith('+'), time }] as const,
    )
    assert.equal(wantedOf(address, new Map([...new Map(documents)].toReversed())), wanted)
  })
}
