import assert from 'node:assert/strict'
import { test } from 'node:test'
import { terminalLine } from './terminal-line.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are such sequences
const shown = (record: object) => terminalLine(JSON.stringify(record)).replace(/\u001b\[\d+m/g, '')
const at = { time: '2026-11-21T05:37:24.943Z', service: 'hmi' }

test('a log record is a line for people', () => {
  const line = shown({ ...at, level: 30, instance: 'hmi@here:1', port: 8080, msg: 'listening' })
  assert.match(line, /^\d\d:\d\d:24 hmi: listening port=8080\n$/)
})

test('a warning says that it is one', () => {
  assert.match(shown({ ...at, level: 40, msg: 'slow' }), /^warn: \d\d:\d\d:24 hmi: slow\n$/)
})

test('a field that the message holds already is not repeated', () => {
  const line = shown({ ...at, level: 30, url: 'http://x:1', msg: 'ready: http://x:1' })
  assert.match(line, /hmi: ready: http:\/\/x:1\n$/)
})

test('a text from outside cannot steer the terminal', () => {
  const line = shown({ ...at, level: 30, msg: 'refused', reason: '\u001b]0;owned\u0007\u009b2J' })
  assert.match(line, /reason=\]0;owned2J\n$/)
})

test('what is no record passes unchanged', () => {
  assert.equal(terminalLine('not JSON\n'), 'not JSON\n')
})
