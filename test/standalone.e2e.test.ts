import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDuckdb } from '@mla/archive/duckdb'
import { archiveClassOf, type Cdb, changesEverySample, describeProblems, loadCdb } from '@mla/cdb'
import { freePorts } from '@mla/stack'
import { mlaAt } from './system/mla.ts'
import { compareArchives } from './system/same-samples.ts'
import { smallCdb } from './system/small-cdb.ts'
import { refusalOf, startStandalone, temporaryFolder } from './system/standalone-process.ts'
import { until } from './system/system.ts'
import { beginFault, compare, readTruth, type Truth, waitingOf } from './system/truth.ts'

/** What somebody sees who types `npm start`: at the page, at the API, and after Ctrl-C. */
const loaded = await loadCdb('cdb', {})
assert.ok(loaded.ok, loaded.ok ? '' : describeProblems(loaded.problems))
const { cdb } = loaded
const everyPoint = [...cdb.points.keys()]
const restless = [...cdb.points.values()]
  .filter(({ type, signal, intervalMs }) => intervalMs <= 1000 && changesEverySample(type, signal))
  .map(({ id }) => id)
const fresh = restless[0] ?? ''

interface Sample {
  readonly point: string
  readonly time: string
  readonly value: unknown
}

const ageMs = ({ time }: Sample): number => Date.now() - Date.parse(time)
/** What is asked of a machine that runs other tests as well. */
const freshMs = 10_000

test('the whole system in one command, stopped and started again', async () => {
  await using folder = await temporaryFolder()
  const settings = { data: folder.path, ports: await freePorts(3) }
  const firstBegan = Date.now() * 1000
  await using first = await startStandalone(settings)

  const page = await fetch(first.url)
  assert.equal(page.status, 200)
  assert.match(await page.text(), /<title>/)

  const latest = async (points: readonly string[]) => {
    const query = 'query ($points: [ID!]!) { latest(points: $points) { point time value } }'
    const answer = await first.ask<{ latest: Sample[] }>(query, { points })
    return answer.latest
  }
  await until('a latest value of each point', async () => {
    return (await latest(everyPoint)).length === everyPoint.length
  })
  assert.ok(restless.length > 1000, 'the example has points that change each second')
  await until('fresh values', async () => {
    return (await latest(restless)).every((sample) => ageMs(sample) < freshMs)
  })

  for await (const samples of first.subscribe(fresh)) {
    if (samples.some(({ value }) => typeof value === 'number')) break
  }

  await until('history', async () => (await first.history(fresh, firstBegan)).length >= 5)

  const firstTruth = await settled(first.control)
  const simulator = await first.simulatorPid()
  assert.equal(await first.stop('SIGINT'), 0)
  assert.equal(isRunning(simulator), false, 'the simulator is gone, too')
  const stopped = Date.now() * 1000

  await using second = await startStandalone(settings)
  await until('values of the second run', async () => {
    return (await second.history(fresh, stopped)).length >= 5
  })
  const both = await second.history(fresh, firstBegan)
  const ofFirst = both.filter(({ time }) => Date.parse(time) * 1000 < stopped)
  assert.ok(ofFirst.length >= 5, 'the first run is in the history of the second')
  const markers = both.filter(({ value }) => value === null)
  assert.equal(markers.length, 1, 'one marker stands for the stop')

  const range = { from: firstBegan, to: stopped }
  const [since, end] = [range.from, range.to].map((time) => new Date(time / 1000).toISOString())
  const out = `${folder.path}/out`
  const mla = mlaAt(second.url)
  const words = ['Array/**', '--from', since ?? '', '--to', end ?? '', '--into', out]
  const exported = await mla('export', ...words)
  assert.equal(exported.code, 0, exported.err)
  const secondTruth = await settled(second.control, 'Array/**')
  assert.equal(await second.stop('SIGINT'), 0)

  await using archive = await openDuckdb(
    { path: `${folder.path}/archive.duckdb` },
    { classes: [...cdb.archiveClasses.values()], classOf: (point) => archiveClassOf(cdb, point) },
  )
  for (const [name, truth, from, to] of [
    ['the first run', firstTruth, firstBegan - 60e6, stopped],
    ['the second run', secondTruth, stopped, Date.now() * 1000],
  ] as const) {
    const { examples, ...found } = await compare(archive, ofQuickPoints(truth, cdb), from, to)
    assert.equal(found.missing, 0, `missing of ${name}: ${examples.join('; ')}`)
    assert.equal(found.doubled, 0, `doubled of ${name}: ${examples.join('; ')}`)
    assert.equal(found.differing, 0, `other content in ${name}: ${examples.join('; ')}`)
    assert.ok(found.archived >= found.points, 'there was a load')
  }

  const path = `${folder.path}/again.duckdb`
  const imported = await mla('import', out, '--duckdb', path)
  assert.equal(imported.code, 0, imported.err)
  const classOf = () => 'standard'
  await using again = await openDuckdb({ path }, { classes: [], classOf })
  const ofArray = everyPoint.filter((id) => id.startsWith('Array/'))
  const same = await compareArchives(archive, again, ofArray, range)
  assert.deepEqual(same.differing, [], 'what was exported and imported')
  assert.ok(same.samples > ofArray.length, `${same.samples} samples of ${ofArray.length} points`)
})

/**
 * A simulator begins with the latest tick, which of a point of 10 s may lie before the end of the
 * run before: only of quick points can a stamp tell the run.
 */
const ofQuickPoints = (truth: Truth, { points }: Cdb): Truth => ({
  ...truth,
  points: Object.fromEntries(
    Object.entries(truth.points).filter(([id]) => (points.get(id)?.intervalMs ?? 0) <= 1000),
  ),
})

test('the simulator does not outlive a system that was killed', async () => {
  await using folder = await temporaryFolder()
  using small = smallCdb(1)
  await using system = await startStandalone({
    ...{ data: folder.path, ports: await freePorts(3), cdb: small.folder },
  })
  const simulator = await system.simulatorPid()
  assert.ok(isRunning(simulator))
  await system.stop('SIGKILL')
  await until('the simulator to end', async () => !isRunning(simulator), 15_000)
})

test('what is set wrongly is refused in a line that says what to do', async (t) => {
  await using folder = await temporaryFolder({ 'broken/sources.yaml': 'sources: [1, 2' })
  const [taken = 0, ...free] = await freePorts(3)
  await using _other = await folder.listenOn(taken)
  const good = { data: folder.path, ports: [free[0] ?? 0, free[1] ?? 0, 0] }
  const cases: readonly [string, Parameters<typeof refusalOf>[1], RegExp][] = [
    [
      'a port that is no number',
      { MLA_HTTP_PORT: 'abc' },
      /MLA_HTTP_PORT is \\"abc\\": expected a port/,
    ],
    [
      'a port in use',
      { MLA_HTTP_PORT: String(taken) },
      /MLA_HTTP_PORT is \d+: another program.*try/,
    ],
    [
      "a simulator's port in use",
      { MLA_OPCUA_PORT: String(taken) },
      /MLA_OPCUA_PORT is \d+: another/,
    ],
    ['a broken CDB', { MLA_CDB: `${folder.path}/broken` }, /sources\.yaml:1/],
    ['a CDB that is not there', { MLA_CDB: `${folder.path}/none` }, /none/],
  ]
  for (const [name, env, line] of cases) {
    await t.test(name, async () => {
      const { code, output } = await refusalOf(good, env)
      assert.equal(code, 1)
      const lines = output.trim().split('\n')
      const errors = lines.filter((text) => text.includes('"level":50'))
      assert.equal(errors.length, 1, output)
      assert.match(errors[0] ?? '', line)
      assert.doesNotMatch(output, /\\n {4}at |^\s+at /m, 'no stack trace')
    })
  }
})

/** Lets everything that was made be handed out, while no more is made. */
async function settled(control: string, match = ''): ReturnType<typeof readTruth> {
  await beginFault(control, { kind: 'silence', match: '**', durationS: 3600 })
  let [before, looksAlike] = [Number.NaN, 0]
  await until('the simulator to hand out all that it queued', async () => {
    const truth = await readTruth(control, 'nothing')
    // Those that are sampled each ten seconds may be on their way to the queue.
    looksAlike = truth.queued === before && waitingOf(truth) === 0 ? looksAlike + 1 : 0
    before = truth.queued
    return looksAlike >= 15
  })
  return readTruth(control, match)
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
