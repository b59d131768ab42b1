import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFramer } from './framers.ts'
import { read, recipeOf } from './logs.fixture.ts'
import { createJoiner } from './multiline.ts'

const traces: [recipe: string, text: string, firstLines: string[]][] = [
  [
    'auto',
    '[2026-11-21 08:00:03,001] ERROR failed (kafka.Log)\njava.io.IOException: full\n\tat a.B.c(B.java:1)\nCaused by: x.Y: z\n\t... 12 more\n[2026-11-21 08:00:04,001] INFO on (kafka.Log)\n',
    [
      '[2026-11-21 08:00:03,001] ERROR failed (kafka.Log)',
      '[2026-11-21 08:00:04,001] INFO on (kafka.Log)',
    ],
  ],
  [
    'auto',
    '2026-11-21 08:00:03,001 - scripts - ERROR - failed\nTraceback (most recent call last):\n  File "a.py", line 1, in f\n    go()\nValueError: no\nplain\nError handling is on\n',
    ['2026-11-21 08:00:03,001 - scripts - ERROR - failed', 'plain', 'Error handling is on'],
  ],
  [
    'cassandra',
    'ERROR [a] 2026-11-21 08:00:04,500 D.java:24 - Exception\njava.lang.RuntimeException: no\n\tat x\nINFO  [b] 2026-11-21 08:00:05,001 G.java:10 - up\n',
    [
      'ERROR [a] 2026-11-21 08:00:04,500 D.java:24 - Exception',
      'INFO  [b] 2026-11-21 08:00:05,001 G.java:10 - up',
    ],
  ],
]
for (const [name, text, firstLines] of traces) {
  test(`${name} keeps a stack trace with ${firstLines[0]?.slice(0, 40)}`, () => {
    const recipe = recipeOf(name)
    assert.ok(recipe.multiline)
    const framer = createFramer(recipe, 'file', 65_536)
    const joiner = createJoiner(recipe.multiline, 65_536)
    const records: string[] = []
    const take = (bytes: Buffer, from: number, to: number): void => {
      records.push(bytes.toString('utf8', from, to))
    }
    framer.push(Buffer.from(text), (bytes, from, to, cut) =>
      joiner.push(bytes, from, to, cut, take),
    )
    joiner.flush(take)
    assert.deepEqual(
      records.map((record) => record.split('\n')[0]),
      firstLines,
    )
    assert.equal(records.join('\n'), text.trimEnd())
    assert.equal(read(recipe, records[0] ?? '')['problem'], undefined)
  })
}
