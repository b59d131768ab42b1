import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createFramer } from './framers.ts'
import { framesOf, recipeOf } from './logs.fixture.ts'

const most = 40
const inOne = [1 << 20]
const sizes = [inOne, [1], [2, 7, 3], [5]]

/** Whatever the pieces that a stream comes in, its frames are the same. */
const cases: [name: string, recipe: string, stream: string, frames: string[]][] = [
  ['lines', 'syslog', '<1>a\n<2>b\r\n\n<3>c', ['<1>a', '<2>b\r', '<3>c']],
  ['counted', 'syslog', '6 <1>abc5 <2>\nb7 <3>c\n\nd', ['<1>abc', '<2>\nb', '<3>c\n\nd']],
  ['counted with newlines behind', 'syslog', '6 <1>abc\n4 <2>b\n', ['<1>abc', '<2>b']],
  ['counted and lines, mixed', 'syslog', '6 <1>abc<2>b\n4 <3>c', ['<1>abc', '<2>b', '<3>c']],
  [
    'a line that begins with digits',
    'syslog',
    '12 monkeys\n2026-11-21 x\n',
    ['12 monkeys', '2026-11-21 x'],
  ],
  [
    'a count that nobody believes',
    'syslog',
    '99999999999 <1>a\n<2>b\n',
    ['99999999999 <1>a', '<2>b'],
  ],
  [
    'a line too long',
    'syslog',
    `<1>${'x'.repeat(60)}\n<2>b\n`,
    [`<1>${'x'.repeat(37)}`, '<2>b', 'lost 23'],
  ],
  [
    'a counted frame too long, with what looks like frames in it',
    'syslog',
    `63 <1>${'6 <9>ab\n'.repeat(7)}xxxx4 <2>b`,
    [`<1>${'6 <9>ab\n'.repeat(7)}xxxx`.slice(0, most), '<2>b', 'lost 23'],
  ],
  ['NUL between GELF messages', 'gelf', '{"a":1}\0{"b":\n2}\0', ['{"a":1}', '{"b":\n2}']],
  ['JSON lines', 'json', '{"a":1}\n{"b":2}', ['{"a":1}', '{"b":2}']],
]
for (const [name, recipe, stream, frames] of cases) {
  test(`frames of ${name}`, () => {
    for (const pieces of sizes) {
      const framer = createFramer(recipeOf(recipe), 'stream', most)
      assert.deepEqual(framesOf(framer, Buffer.from(stream, 'latin1'), pieces), frames)
    }
  })
}

const entry = (text: string) =>
  `<Info TimeStamp="2026-11-21T08:00:00.000" File="a"><![CDATA[${text}]]></Info>`
const acs: [name: string, stream: string, frames: string[]][] = [
  ['entries alone', entry('a') + entry('b'), [entry('a'), entry('b')]],
  [
    'a document around them',
    `<?xml version="1.0"?>\n<Log>\n<Header Name="x" Type="LOGFILE"/>\n${entry('a')}\n${entry('b\nc')}\n</Log>\n`,
    [entry('a'), entry('b\nc')],
  ],
  ['an unescaped end of the section', entry('x ]]> y'), [entry('x ]]> y')]],
  ['an end tag in the text', entry('x </Info> y') + entry('z'), [entry('x </Info> y'), entry('z')]],
  ['a self-closed entry', '<Trace TimeStamp="t" Line="1"/>\n', ['<Trace TimeStamp="t" Line="1"/>']],
  [
    'a malformed Uri',
    '<Info TimeStamp="t" Uri=""u"">a</Info>',
    ['<Info TimeStamp="t" Uri=""u"">a</Info>'],
  ],
  [
    'something else between',
    `${entry('a')}\nhello\n${entry('b')}`,
    [entry('a'), 'hello', entry('b')],
  ],
  [
    'an entry without an end',
    `<Debug TimeStamp="t">oops\n${entry('b')}\n`,
    ['<Debug TimeStamp="t">oops\n', entry('b')],
  ],
]
for (const [name, stream, frames] of acs) {
  test(`ACS: ${name}`, () => {
    for (const pieces of sizes) {
      const framer = createFramer(recipeOf('acs'), 'stream', 400)
      assert.deepEqual(framesOf(framer, Buffer.from(stream), pieces), frames)
    }
  })
}

test('ACS: an entry too long is cut, the next one is whole', () => {
  const long = entry('x'.repeat(500))
  for (const pieces of sizes) {
    const framer = createFramer(recipeOf('acs'), 'stream', 300)
    const frames = framesOf(framer, Buffer.from(`${long}\n${entry('b')}`), pieces)
    assert.equal(frames[0], long.slice(0, 300))
    assert.equal(frames[1], entry('b'))
    assert.equal(frames[2], `lost ${long.length - 300 + 1}`)
  }
})

test('journal: text and binary fields, a record at each empty line', () => {
  const size = Buffer.alloc(8)
  size.writeUInt32LE(5)
  const one = Buffer.concat([Buffer.from('A=1\nMESSAGE\n'), size, Buffer.from('a\n\nb=\nB=2\n')])
  const two = Buffer.from('C=3\n')
  const stream = Buffer.concat([one, Buffer.from('\n'), two, Buffer.from('\n')])
  for (const pieces of sizes) {
    const framer = createFramer(recipeOf('journal'), 'stream', 400)
    const frames = framesOf(framer, stream, pieces)
    assert.deepEqual(frames, [one.toString('latin1'), two.toString('latin1')])
  }
})

const bits = [
  '<',
  '>',
  '"',
  '\n',
  '\0',
  ' ',
  '1',
  '12 <3>',
  '<Info ',
  '</Info>',
  '<![CDATA[',
  ']]>',
  '=',
  'A=b',
  'é',
]
const rubbish = fc
  .array(fc.oneof(fc.constantFrom(...bits), fc.string({ unit: 'binary', maxLength: 6 })), {
    maxLength: 60,
  })
  .map((parts) => Buffer.from(parts.join('')))

for (const name of ['syslog', 'json', 'gelf', 'acs', 'journal']) {
  test(`3,000 streams of rubbish as ${name}: every byte is in a frame, counted, or a delimiter`, () => {
    const recipe = recipeOf(name)
    fc.assert(
      fc.property(
        rubbish,
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 }),
        (bytes, pieces) => {
          const framer = createFramer(recipe, 'stream', most)
          let seen = 0
          const take = (_: Buffer, from: number, to: number, cut: number): void => {
            assert.ok(to - from <= 2 * most, 'a frame is not longer than it may be')
            seen += to - from + cut
          }
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const size = pieces[i % pieces.length] ?? 1
            framer.push(Buffer.from(bytes.subarray(at, at + size)), take)
            assert.ok(framer.held <= 2 * most + 16, `holds ${framer.held}`)
            at += size
          }
          framer.flush(take)
          assert.equal(framer.held, 0)
          const blanks = bytes.filter((byte) => byte === 10 || byte === 0 || byte === 32).length
          if (name !== 'acs' && name !== 'journal')
            assert.ok(seen + blanks >= bytes.length - 3 * pieces.length)
        },
      ),
      { numRuns: 3000, seed: 5 },
    )
  })
}
