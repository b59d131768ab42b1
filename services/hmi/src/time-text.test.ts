import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatTime } from '@mla/model'
import { createTimeText } from './time-text.ts'

test('timeText is formatTime, whatever came before', () => {
  const timeText = createTimeText()
  const base = 1_795_233_600_000_000
  const parts = [0, 1, 999, 1_000, 120_000, 123_456, 999_000, 999_999, 1_000_000, 59_000_001]
  const times = [base, -base, 0, -1, -1_000_000, 253_402_300_799_999_000].flatMap((time) =>
    parts.map((part) => time + part),
  )
  for (const time of [...times, ...times.reverse()].filter(
    (one) => one < 253_402_300_800_000_000,
  )) {
    assert.equal(timeText(time), formatTime(time))
  }
})
