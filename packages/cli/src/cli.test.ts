import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadCdb } from '@mla/cdb'
import type { BrowsedNode } from '@mla/opcua'
import { noAdapters, openFakeHmi, runMla } from './cli.fixture.ts'
import type { Adapters } from './cli.ts'

const observatory = fileURLToPath(new URL('../../../cdb', import.meta.url))

const nowhere = { MLA_URL: 'http://127.0.0.1:1' }
const stories: [line: string[], env: Record<string, string>, code: number, said: RegExp][] = [
  [['--help'], {}, 0, /Exit codes: 0 good/],
  [['cdb', 'check', '--help'], {}, 0, /Examples:/],
  [[], {}, 2, /Usage: mla/],
  [['cdb'], {}, 2, /check/],
  [['ponits'], {}, 2, /Did you mean points/],
  [['latest'], {}, 2, /missing required argument/],
  [['points', '--first', 'many'], nowhere, 2, /--first is "many"/],
  [['points'], nowhere, 3, /http:\/\/127\.0\.0\.1:1 does not answer[\s\S]*MLA_URL/],
  [['points'], { MLA_URL: 'nonsense' }, 2, /MLA_URL is "nonsense"/],
  [['history', 'A/B', '--from', 'yesterday'], nowhere, 2, /"yesterday" is not/],
  [['history', 'A/B', '--from', '1m', '--to', '1h'], nowhere, 2, /not before/],
  [['history', 'A/B', '--method', 'mean'], nowhere, 2, /--method needs --every/],
  [['history', 'A/B', '--every', '1m', '--method', 'median'], nowhere, 2, /no method median/],
  [['history', 'A/B', '--max-hold', '1m'], nowhere, 2, /--max-hold needs --every/],
  [
    ['history', 'A/B', '--format', 'png'],
    nowhere,
    2,
    /--format is "png"[\s\S]*table, csv, json, plot/,
  ],
  [['latest', 'A/B', '--format', 'plot'], nowhere, 2, /write one of table, csv, json/],
  [['percentiles', 'A/B', '--percents', '50,101'], nowhere, 2, /--percents is "50,101"/],
  [['cdb', 'check', '/nowhere'], {}, 1, /is not there/],
  [['cdb', 'check'], { MLA_CDB: observatory }, 0, /is good: \d+ points of 10 sources/],
  [
    ['cdb', 'list', 'Tel01/Mount/Az*/Position'],
    { MLA_CDB: observatory },
    0,
    /double +deg +1000 +tel01/,
  ],
  [['cdb', 'diff', observatory, observatory], {}, 0, /points: 0 added, 0 changed, 0 removed/],
  [['setup', observatory, '--only', 'cassandra'], {}, 0, /cassandra: good, keyspace mla/],
  [['setup', observatory, '--wait', '1ms'], {}, 3, /kafka: failed, no broker answers/],
  [['setup', observatory, '--only', 'redis'], {}, 2, /write kafka or cassandra/],
  [
    ['doctor'],
    { ...nowhere, MLA_CDB: observatory },
    1,
    /kafka: left out, KAFKA_BROKERS is not set[\s\S]*hmi: bad, the HMI at .* does not answer/,
  ],
  [['doctor'], { ...nowhere, CASSANDRA_CONTACT_POINTS: 'c' }, 1, /cassandra: bad, no node answers/],
  [['simulate', 'begin', 'fly'], {}, 2, /no fault "fly"[\s\S]*write one of freeze/],
  [['simulate', 'begin', 'spike'], {}, 2, /say which: mla simulate begin spike/],
  [['simulate', 'run', 'holiday'], {}, 2, /no scenario "holiday"[\s\S]*lost-telescope/],
  [['simulate', 'list'], { MLA_SIMULATOR_URL: 'http://127.0.0.1:1' }, 3, /MLA_SIMULATOR_URL/],
  [['restore', '/nowhere'], {}, 2, /is not readable/],
  [['restore', `${observatory}/sources.yaml`], {}, 2, /is no backup/],
  [['completion', 'bash'], {}, 0, /complete -F _mla mla/],
  // zsh ties `path` to PATH: no variable of ours may be called so.
  [['completion', 'zsh'], {}, 0, /local before=(?![\s\S]*local path)/],
  [['completion', 'fish'], {}, 2, /write bash or zsh/],
  [['status'], nowhere, 3, /does not answer/],
  [['stop'], nowhere, 2, /missing required argument/],
  [['top', '--every', '0'], nowhere, 2, /--every is "0"/],
  [['opcua', 'browse', 'http://x'], {}, 2, /not an endpoint/],
  [['opcua', 'browse', 'opc.tcp://x'], {}, 1, /no such variable/],
  [['opcua', 'browse', 'opc.tcp://x', '--security', 'None!'], {}, 2, /write one of None/],
]
for (const [line, env, code, said] of stories) {
  test(`mla ${line.join(' ').replace(observatory, 'cdb')} ends with ${code}`, async () => {
    const ended = await runMla(line, env)
    assert.match(ended.out + ended.err, said)
    assert.equal(ended.code, code)
  })
}

const sample = (point: string, value: unknown, more = {}) => ({
  point,
  time: '2026-06-01T00:00:00Z',
  value,
  text: null,
  quality: 'GOOD',
  status: 0,
  ...more,
})

test('latest shows values, names of enumerations and bad quality', async () => {
  const answer = [
    sample('A/B', Math.fround(0.1)),
    sample('A/C', 2, { text: 'ON' }),
    sample('A/D', null, { quality: 'BAD', status: 0x80310000 }),
    sample('A/E', 'two\nlines'),
  ]
  await using server = await openFakeHmi({ data: { latest: answer } })
  const { code, out } = await runMla(['latest', 'A/B', 'A/C', 'A/D', 'A/E'], server.env)
  assert.equal(code, 0)
  assert.match(out, /A\/B +2026-06-01T00:00:00Z +GOOD +0\.1$/m)
  assert.match(out, /ON \(2\)/)
  assert.match(out, /BAD 0x80310000 +-/)
  assert.match(out, /two·lines/)
})

test('latest says which points it has nothing of', async () => {
  await using server = await openFakeHmi({
    data: { latest: [sample('A/B', 1)] },
    errors: [{ message: 'there is no point A/X', extensions: { code: 'QUERY_INVALID' } }],
  })
  const { code, err } = await runMla(['latest', 'A/B', 'A/X'], server.env)
  assert.equal(code, 1)
  assert.match(err, /there is no point A\/X/)
})

test('points come a page at a time, up to as many as were asked for', async () => {
  const page = (ids: string[], endCursor: string, hasNextPage: boolean) => ({
    data: {
      points: {
        edges: ids.map((id) => ({ node: { id, type: 'double', intervalMs: 1000, source: 's' } })),
        totalCount: 3,
        pageInfo: { hasNextPage, endCursor },
      },
    },
  })
  await using server = await openFakeHmi(
    page(['A/B', 'A/C'], 'c2', true),
    page(['A/D'], 'c3', false),
  )
  const { code, out } = await runMla(['points', '--json'], server.env)
  assert.equal(code, 0)
  assert.deepEqual(
    JSON.parse(out).map(({ id }: { id: string }) => id),
    ['A/B', 'A/C', 'A/D'],
  )
  assert.equal(server.asked[1]?.variables['after'], 'c2')
})

test('history shows buckets where there are more samples than asked for', async () => {
  const bucket = { time: 't', count: 60, min: 1, max: 3, mean: 2, first: 1, last: 3 }
  await using server = await openFakeHmi({
    data: { history: [{ point: 'A/B', tier: 'raw', samples: null, buckets: [bucket] }] },
  })
  const { code, out } = await runMla(['history', 'A/B', '--from', '1d'], server.env)
  assert.equal(code, 0)
  assert.match(out, /COUNT +MIN +MAX/)
  assert.match(out, /60 +1 +3 +2 +1 +3/)
})

test('history is CSV and a plot as well', async () => {
  const series = (values: readonly unknown[]) => ({
    ...{ point: 'A/B', tier: 'raw', buckets: null },
    samples: values.map((value) => sample('A/B', value, { time: new Date().toISOString() })),
  })
  const bucket = { time: 't', count: 60, min: 1, max: 3, mean: 2, first: 'a,"b', last: null }
  const wide = { point: 'A/C', tier: '1h', samples: null, buckets: [bucket] }
  await using server = await openFakeHmi(
    { data: { history: [series([1, null]), wide] } },
    { data: { history: [series([1, 2])] } },
  )
  const range = ['--from', '1d', '--to', '2999-01-01T00:00:00Z']
  const csv = await runMla(['history', 'A/B', 'A/C', '--format', 'csv', ...range], server.env)
  assert.match(
    csv.out,
    /^point,time,value,text,quality,status\nA\/B,[^,]+,1,,GOOD,0\nA\/B,[^,]+,,,GOOD,0\n/,
  )
  assert.match(csv.out, /\n\npoint,time,count,min,max,mean,first,last\nA\/C,t,60,1,3,2,"a,""b",\n$/)
  const plot = await runMla(['history', 'A/B', '--format', 'plot', ...range], server.env)
  assert.match(plot.out, /A\/B: 2 samples \(raw\)\n +2 ┤.*[\u2801-\u28ff]/)
})

test('percentiles show a column for each', async () => {
  const found = { point: 'A/B', tier: '1h', count: 31_536_000, accuracy: 0.01 }
  const values = [
    { percent: 50, value: 20.123456 },
    { percent: 99, value: null },
  ]
  await using server = await openFakeHmi({ data: { percentiles: [{ ...found, values }] } })
  const { out } = await runMla(['percentiles', 'A/B', '--percents', '50,99'], server.env)
  assert.match(out, /COUNT +P50 +P99 +TIER\nA\/B +31536000 +20\.12 +- +1h/)
  assert.deepEqual(server.asked[0]?.variables['percents'], [50, 99])
})

const failures: [name: string, answer: unknown, code: number][] = [
  ['no HMI at all', '<html>', 3],
  [
    'a query that is refused',
    { errors: [{ message: 'no', extensions: { code: 'QUERY_INVALID' } }] },
    2,
  ],
  [
    'an archive that is away',
    { data: null, errors: [{ message: 'no', extensions: { code: 'ARCHIVE_UNAVAILABLE' } }] },
    3,
  ],
]
for (const [name, answer, code] of failures) {
  test(`an answer of ${name} ends with ${code}`, async () => {
    await using server = await openFakeHmi(answer)
    assert.equal((await runMla(['latest', 'A/B'], server.env)).code, code)
  })
}

test('browsed nodes become a points file that passes the check', async () => {
  const node: BrowsedNode = {
    path: 'PLC 1/Motor/Speed',
    nodeId: 'nsu=urn:plc;s=Motor.Speed',
    type: 'double',
    value: 3.5,
    status: 0,
    description: 'Speed of {motor}',
    unit: '1/min',
    enumeration: null,
  }
  const mode: BrowsedNode = {
    ...node,
    path: 'PLC 1/Motor/Mode',
    nodeId: 'nsu=urn:plc;i=7',
    type: 'enum',
    value: 1,
    unit: null,
    enumeration: new Map([
      [0, 'OFF'],
      [1, 'ON'],
    ]),
  }
  const adapters: Adapters = {
    ...noAdapters,
    async *browse() {
      yield* [node, mode, { ...node }, { ...node, path: 'X/Y', type: null }]
    },
  }
  const folder = await mkdtemp(join(tmpdir(), 'mla-cli-'))
  try {
    const file = join(folder, 'points.yaml')
    const line = ['opcua', 'browse', 'opc.tcp://x:1', '--write', file, '--source', 'plc']
    const first = await runMla(line, {}, adapters)
    assert.equal(first.code, 1)
    assert.match(first.err, /left out X\/Y/)
    assert.equal((await runMla(line, {}, adapters)).code, 2)
    const text = await readFile(file, 'utf8')
    await rm(file)
    await mkdir(join(folder, 'points'))
    await writeFile(join(folder, 'points/plc.yaml'), text)
    await writeFile(
      join(folder, 'sources.yaml'),
      'sources: {plc: {endpoint: "opc.tcp://x:1", lanes: [0]}}',
    )
    await writeFile(
      join(folder, 'archive-classes.yaml'),
      'archiveClasses: {standard: {retentionDays: 1}}',
    )
    const result = await loadCdb(folder)
    assert.ok(result.ok, JSON.stringify(result))
    assert.deepEqual(
      [...result.cdb.points.keys()],
      ['plc/PLC_1/Motor/Mode', 'plc/PLC_1/Motor/Speed', 'plc/PLC_1/Motor/Speed_2'],
    )
    assert.equal(result.cdb.points.get('plc/PLC_1/Motor/Mode')?.enumeration?.get(1), 'ON')
  } finally {
    await rm(folder, { recursive: true })
  }
})
