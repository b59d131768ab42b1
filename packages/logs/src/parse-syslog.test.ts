import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogDraft, textAt } from '@mla/model'
import { type Read, read, recipeOf } from './logs.fixture.ts'
import { understand } from './understand.ts'

const syslog = recipeOf('syslog')

const cases: [name: string, line: string, expected: Read][] = [
  [
    'RFC 5424 with structured data',
    '<165>1 2026-10-11T22:14:15.003Z tel01 evntslog 8710 ID47 [ex@32473 iut="3" q="a\\"b\\]"][x@1] \ufeffAn event',
    {
      ...{ time: '2026-10-11T22:14:15.003Z', priority: 'NOTICE', host: 'tel01' },
      ...{ process: 'evntslog', message: 'An event', facility: 'local4', pid: '8710' },
      ...{ msgid: 'ID47', 'ex@32473.iut': '3', 'ex@32473.q': 'a"b]', 'x@1': '' },
    },
  ],
  [
    'RFC 5424 with nothing said, and an offset with microseconds',
    '<34>1 2026-10-11T22:14:15.003456+02:00 - - - - - hello',
    {
      time: '2026-10-11T20:14:15.003456Z',
      priority: 'CRITICAL',
      message: 'hello',
      facility: 'auth',
    },
  ],
  [
    'RFC 5424 without a message',
    '<34>1 - host app - - -',
    { priority: 'CRITICAL', host: 'host', process: 'app', message: '', facility: 'auth' },
  ],
  [
    'RFC 3164',
    "<34>Oct 11 22:14:15 mymachine su: 'su root' failed",
    {
      ...{ time: '2026-10-11T22:14:15Z', priority: 'CRITICAL', host: 'mymachine', process: 'su' },
      ...{ message: "'su root' failed", facility: 'auth' },
    },
  ],
  [
    'a day of one digit, a process number, a program with brackets in its name',
    '<86>Nov  9 06:06:20 combo sshd(pam_unix)[19939]: check pass; user unknown',
    {
      ...{
        time: '2026-11-09T06:06:20Z',
        priority: 'INFO',
        host: 'combo',
        process: 'sshd(pam_unix)',
      },
      ...{ message: 'check pass; user unknown', facility: 'authpriv', pid: '19939' },
    },
  ],
  [
    'no host, as a program writes to /dev/log',
    '<13>Nov 21 07:59:59 watch[7]: hello',
    {
      ...{ time: '2026-11-21T07:59:59Z', priority: 'NOTICE', process: 'watch', message: 'hello' },
      ...{ facility: 'user', pid: '7' },
    },
  ],
  [
    'an ISO stamp, as rsyslog forwards',
    '<30>2026-11-21T07:59:59.123456+00:00 web01 systemd[1]: Started.',
    {
      ...{
        time: '2026-11-21T07:59:59.123456Z',
        priority: 'INFO',
        host: 'web01',
        process: 'systemd',
      },
      ...{ message: 'Started.', facility: 'daemon', pid: '1' },
    },
  ],
  [
    'a network device with the year in the stamp',
    '<189>*Nov 21 2026 07:59:59.250: %LINK-3-UPDOWN: Interface down',
    {
      ...{ time: '2026-11-21T07:59:59.25Z', priority: 'NOTICE', process: '%LINK-3-UPDOWN' },
      ...{ message: 'Interface down', facility: 'local7' },
    },
  ],
  [
    'a version in the tag',
    'Jun 19 04:09:11 combo syslogd 1.4.1: restart.',
    { time: '2026-06-19T04:09:11Z', host: 'combo', process: 'syslogd 1.4.1', message: 'restart.' },
  ],
  [
    'a text without a tag',
    'Jun 19 04:09:11 combo last message repeated 2 times',
    { time: '2026-06-19T04:09:11Z', host: 'combo', message: 'last message repeated 2 times' },
  ],
  [
    'a priority and no stamp',
    '<11>out of memory',
    { priority: 'ERROR', facility: 'user', message: 'out of memory' },
  ],
  [
    'no syslog at all is kept whole and marked',
    'Traceback (most recent call last):',
    {
      message: 'Traceback (most recent call last):',
      problem: 'syslog: neither a priority nor a time stamp',
      raw: 'Traceback (most recent call last):',
    },
  ],
]

for (const [name, line, expected] of cases) {
  test(`syslog: ${name}`, () => {
    const result = read(syslog, line)
    const time = result['time'] === undefined ? {} : { time: String(result['time']) }
    const wanted = String(expected['time'] ?? '').replace('.25Z', '.250Z')
    assert.deepEqual(
      { ...result, ...time },
      wanted === '' ? expected : { ...expected, time: wanted },
    )
  })
}

test('what stands behind a line in the buffer is no part of it', () => {
  const draft = new LogDraft()
  const now = { receivedTime: 0, reference: 1_763_712_000_000_000 }
  for (const [line, behind] of [
    ['<13>', '1 2026'],
    ['<13>1', ' 2026'],
    ['Nov 21 08:00:00', ':'],
    ['<13>Nov 21 08:00:00', ' 2026 '],
    ['<13>1 - - - - - ', '-'],
  ] as const) {
    const bytes = Buffer.from(line + behind)
    understand(syslog, draft, bytes, 0, line.length, 0, now, true)
    assert.ok((draft.to[textAt.message] ?? 0) <= line.length, line)
    assert.ok((draft.to[textAt.message] ?? 0) >= (draft.from[textAt.message] ?? 0), line)
  }
})

/** The stamp, when it is received, and the year that it is of. */
const years: [stamp: string, received: string, time: string][] = [
  ['Dec 31 23:59:58', '2027-01-01T00:00:03Z', '2026-12-31T23:59:58Z'],
  ['Jan  1 00:00:01', '2026-12-31T23:59:59Z', '2027-01-01T00:00:01Z'],
  ['Nov 22 07:00:00', '2026-11-21T08:00:00Z', '2026-11-22T07:00:00Z'],
  ['Nov 23 09:00:00', '2026-11-21T08:00:00Z', '2025-11-23T09:00:00Z'],
  ['Feb 29 12:00:00', '2026-11-21T08:00:00Z', '2024-02-29T12:00:00Z'],
]
for (const [stamp, received, time] of years) {
  test(`${stamp}, received ${received}, is ${time}`, () => {
    assert.equal(read(syslog, `<13>${stamp} host app: text`, received)['time'], time)
  })
}

test('a stamp without a zone is of the zone that the recipe says, also where it changes', () => {
  const canary = recipeOf({ format: 'syslog', time: { zone: 'Atlantic/Canary' } })
  const madrid = recipeOf({ format: 'syslog', time: { zone: 'Europe/Madrid' } })
  const at = (recipe: typeof canary, stamp: string) => read(recipe, `<13>${stamp} h a: x`)['time']
  assert.equal(at(canary, 'Nov 21 07:00:00'), '2026-11-21T07:00:00Z')
  assert.equal(at(canary, 'Jul 21 07:00:00'), '2026-07-21T06:00:00Z')
  assert.equal(at(madrid, 'Oct 25 01:59:59'), '2026-10-24T23:59:59Z')
  assert.equal(at(madrid, 'Oct 25 02:30:00'), '2026-10-25T00:30:00Z')
  assert.equal(at(madrid, 'Oct 25 03:00:00'), '2026-10-25T02:00:00Z')
  assert.equal(at(madrid, 'Mar 29 01:59:59'), '2026-03-29T00:59:59Z')
  assert.equal(at(madrid, 'Mar 29 03:00:00'), '2026-03-29T01:00:00Z')
})

test('bytes that are not UTF-8 are read with replacements, and kept', () => {
  const line = Buffer.from('<13>Nov 21 07:59:59 host app: caf\xe9', 'latin1')
  const result = read(syslog, line)
  assert.equal(result['message'], 'caf\ufffd')
  assert.equal(result['encoding'], 'not UTF-8')
  assert.equal(result['raw'], line.toString('latin1'))
})
