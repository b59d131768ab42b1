import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFrames } from './frames.ts'

/** Frames by hand: each drawing takes 3 ms of the 8 that a frame has. */
function byHand() {
  const asked: (() => void)[] = []
  const drawn: string[] = []
  let now = 0
  const frames = createFrames({
    request: (frame) => void asked.push(frame),
    nowMs: () => now,
    budgetMs: 8,
  })
  const drawing = (name: string) => () => {
    drawn.push(name)
    now += 3
  }
  return { ...{ frames, asked, drawn, drawing }, next: () => asked.shift()?.() }
}

test('what is asked for twice is drawn once, all in one frame', () => {
  const { frames, asked, drawn, drawing, next } = byHand()
  const a = drawing('a')
  frames.soon(a)
  frames.soon(drawing('b'))
  frames.soon(a)
  assert.equal(asked.length, 1)
  next()
  assert.deepEqual(drawn, ['a', 'b'])
  assert.equal(asked.length, 0)
})

test('a frame whose time is used up leaves the rest to the next, and starves none', () => {
  const { frames, drawn, drawing, next } = byHand()
  const draws = ['a', 'b', 'c', 'd', 'e'].map(drawing)
  for (const draw of draws) frames.soon(draw)
  next()
  assert.deepEqual(drawn, ['a', 'b', 'c'])
  // Asked for anew it waits behind those that have waited.
  frames.soon(draws[0] ?? (() => {}))
  next()
  assert.deepEqual(drawn, ['a', 'b', 'c', 'd', 'e', 'a'])
})

test('what is forgotten is not drawn any more', () => {
  const { frames, drawn, drawing, next } = byHand()
  const gone = drawing('gone')
  frames.soon(gone)
  frames.soon(drawing('kept'))
  frames.forget(gone)
  next()
  assert.deepEqual(drawn, ['kept'])
})
