import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Output } from './cli.ts'
import { logLine, type ShownLog } from './log-lines.ts'

const out = { paint: (colour: string, text: string) => `<${colour}>${text}` } as unknown as Output
const record: ShownLog = {
  ...{ id: '1.2.3.4', time: '2026-11-21T09:00:00Z', priority: 'INFO', source: 'hosts' },
  ...{ host: 'pi-1', process: 'sshd', message: 'hello' },
}
const lines: [title: string, change: Partial<ShownLog>, line: RegExp][] = [
  [
    'names source, host and process',
    {},
    /^2026-11-21T09:00:00Z {8}INFO {6}hosts pi-1 sshd: hello$/,
  ],
  ['has the colour of its priority', { priority: 'ERROR' }, /^<red>/],
  [
    'names a host that the source names once',
    { source: 'hosts/pi-1' },
    / hosts\/pi-1 sshd: hello$/,
  ],
  ['shows further lines below', { message: 'a\nb' }, /: a\n {4}b$/],
  ['cannot steer the terminal', { message: 'a\u001b[2J\r' }, /: a\ufffd\[2J\ufffd$/],
]
for (const [title, change, expected] of lines) {
  test(`a log line ${title}`, () => assert.match(logLine(out, { ...record, ...change }), expected))
}
