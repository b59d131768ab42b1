import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatTime } from '@mla/model'
import { type Answer, now, openChain, openFakeAlertmanager, subscribe } from './alarms/chain.ts'

const within = { timeout: 30_000 }
type Row = Readonly<Record<string, unknown>>

const rows = ({ data, errors }: Answer, field: string): readonly Row[] => {
  assert.equal(errors, undefined)
  return (data?.[field] ?? []) as readonly Row[]
}
const turn = () => new Promise((resolve) => setTimeout(resolve, 5))

test(
  'operators see alarms, acknowledge and shelve them, and what they did is kept',
  within,
  async () => {
    await using chain = await openChain(3)
    const alarms = async (more = '', fields = 'id state') =>
      rows(await chain.query(`{ alarms${more} { ${fields} } }`), 'alarms')
    const begin = now()
    await chain.send({ T0: 20, T1: 20, T2: 1 })
    while ((await alarms()).length < 3) await turn()
    assert.deepEqual((await alarms('(filter: {active: true})')).map(({ id }) => id).sort(), [
      'Hot0',
      'Hot1',
    ])
    assert.deepEqual(await alarms('(filter: {match: "*2"})'), [{ id: 'Hot2', state: 'CLEAR_ACK' }])

    const fields = 'id state comment acknowledgedBy guidance url description dependencies canShelve'
    const acknowledged = await chain.query(
      `mutation { acknowledge(alarm: "Hot0", comment: "pump off", by: "eva") { ${fields} } }`,
    )
    assert.deepEqual(acknowledged.data?.['acknowledge'], {
      ...{ id: 'Hot0', state: 'SET_ACK', comment: 'pump off', acknowledgedBy: 'eva' },
      ...{ guidance: 'Cool it', url: 'http://doc/0', description: 'Too hot 0' },
      ...{ dependencies: ['T0'], canShelve: true },
    })
    const shelved = await chain.query(
      'mutation { shelve(alarm: "Hot2", minutes: 5, reason: "works") { shelvedBy shelvedReason annunciation } }',
    )
    assert.deepEqual(shelved.data?.['shelve'], {
      ...{ shelvedBy: 'anonymous', shelvedReason: 'works', annunciation: 'SHELVED' },
    })
    assert.deepEqual(await alarms('(filter: {shelved: true})', 'id'), [{ id: 'Hot2' }])

    const refusals: [mutation: string, code: string, message: RegExp][] = [
      ['shelve(alarm: "Hot1", minutes: 5, reason: "x")', 'ACTION_REFUSED', /forbids to shelve/],
      ['shelve(alarm: "Hot0", minutes: 5000, reason: "x")', 'ACTION_REFUSED', /at most/],
      ['shelve(alarm: "Hot0", minutes: 0, reason: "x")', 'QUERY_INVALID', /minutes/],
      ['acknowledge(alarm: "Hot0", comment: "x")', 'ACTION_REFUSED', /acknowledged already/],
      ['acknowledge(alarm: "Hot1", comment: " ")', 'ACTION_REFUSED', /comment/],
      ['acknowledge(alarm: "Nobody", comment: "x")', 'QUERY_INVALID', /no such alarm/],
      ['unshelve(alarm: "Hot0")', 'ACTION_REFUSED', /not shelved/],
    ]
    for (const [mutation, code, message] of refusals) {
      const { errors } = await chain.query(`mutation { ${mutation} { id } }`)
      assert.equal(errors?.[0]?.extensions.code, code, mutation)
      assert.match(errors?.[0]?.message ?? '', message)
    }
    const between = now()
    assert.equal(
      (await chain.query('mutation { unshelve(alarm: "Hot2") { state } }')).errors,
      undefined,
    )
    await chain.send({ T0: 1 })

    const history = async () =>
      (
        await chain.query(
          `{ alarmHistory(from: "${formatTime(begin)}", to: "${formatTime(now() + 1e6)}") {
        edges { cursor node { alarm from to priority validity action user comment } } pageInfo { hasNextPage } } }`,
        )
      ).data?.['alarmHistory'] as { edges: { cursor: string; node: Row }[] }
    while ((await history()).edges.length < 7) await turn()
    const nodes = (await history()).edges.map(({ node }) => node)
    assert.deepEqual(
      nodes
        .filter(({ alarm }) => alarm === 'Hot0')
        .map(({ from, to, action, user, comment }) => [...[from, to, action, user, comment]]),
      [
        [null, 'SET_UNACK', null, null, null],
        ['SET_UNACK', 'SET_ACK', 'acknowledge', 'eva', 'pump off'],
        ['SET_ACK', 'CLEAR_ACK', null, null, null],
      ],
    )
    assert.deepEqual(
      nodes.filter(({ alarm }) => alarm === 'Hot2').map(({ action }) => action),
      [null, 'shelve', 'unshelve'],
    )
    const figures = await chain.query(
      `{ alarmFigures(from: "${formatTime(begin)}", to: "${formatTime(now() + 1e6)}") {
        annunciated mostFrequent { alarm count share } acknowledged { count } floods { count } chattering { alarm } stale { alarm } } }`,
    )
    assert.deepEqual(figures.data?.['alarmFigures'], {
      annunciated: 2,
      mostFrequent: [
        { alarm: 'Hot0', count: 1, share: 0.5 },
        { alarm: 'Hot1', count: 1, share: 0.5 },
      ],
      ...{ acknowledged: { count: 1 }, floods: [], chattering: [], stale: [] },
    })
    const backwards = `{ alarmFigures(from: "${formatTime(begin)}", to: "${formatTime(begin)}") { annunciated } }`
    assert.equal((await chain.query(backwards)).errors?.[0]?.extensions.code, 'QUERY_INVALID')
    const then = await alarms(`(at: "${formatTime(between)}")`, 'id state shelvedBy')
    assert.deepEqual(
      [...then].sort((a, b) => String(a['id']).localeCompare(String(b['id']))),
      [
        { id: 'Hot0', state: 'SET_ACK', shelvedBy: null },
        { id: 'Hot1', state: 'SET_UNACK', shelvedBy: null },
        { id: 'Hot2', state: 'CLEAR_ACK', shelvedBy: 'anonymous' },
      ],
    )
    assert.deepEqual(await alarms(`(at: "${formatTime(begin - 1e6)}")`), [])

    const explained = await chain.query(
      '{ alarmExplanation(id: "Hot1") { supervisor dasu asce transferFunction inputs { id value validity isMade } } }',
    )
    assert.deepEqual(explained.data?.['alarmExplanation'], {
      ...{ supervisor: 'Sup', dasu: 'D1', asce: 'A1', transferFunction: 'MinMaxThreshold' },
      inputs: [{ id: 'T1', value: '20', validity: 'RELIABLE', isMade: false }],
    })
  },
)

test(
  'a subscription sends a snapshot, then changes, also what ceases to match',
  within,
  async () => {
    await using chain = await openChain(2)
    await chain.send({ T0: 20, T1: 1 })
    while (rows(await chain.query('{ alarms { id } }'), 'alarms').length < 2) await turn()
    await using active = await subscribe(
      chain.url,
      'subscription { alarms(filter: {active: true}) { id state } }',
    )
    assert.deepEqual(await active.next(), [{ id: 'Hot0', state: 'SET_UNACK' }])
    await chain.send({ T1: 30 })
    assert.deepEqual(await active.next(), [{ id: 'Hot1', state: 'SET_UNACK' }])
    await chain.send({ T0: 1 })
    assert.deepEqual(await active.next(), [{ id: 'Hot0', state: 'CLEAR_UNACK' }])
    await chain.query('mutation { acknowledge(alarm: "Hot0", comment: "over") { id } }')
    await chain.query('mutation { acknowledge(alarm: "Hot1", comment: "seen") { id } }')
    assert.deepEqual(await active.next(), [{ id: 'Hot1', state: 'SET_ACK' }])
  },
)

test(
  'of a burst the first and the root cause are told, as long as they explain it',
  within,
  async () => {
    await using chain = await openChain(3)
    await chain.send({ T0: 1, T1: 1, T2: 1 })
    const fields = 'id state firstOut rootCause'
    while (rows(await chain.query('{ alarms { id } }'), 'alarms').length < 3) await turn()
    await using all = await subscribe(
      chain.url,
      `subscription { alarms(filter: {ids: ["Hot2"]}) { ${fields} } }`,
    )
    const first = await all.next()
    assert.deepEqual(first, [{ id: 'Hot2', state: 'CLEAR_ACK', firstOut: null, rootCause: null }])
    await chain.send({ T0: 20 })
    await chain.send({ T2: 20 })
    const until = async (state: string, rootCause: string | null) => {
      for (;;) {
        const [hot2] = await all.next()
        if (hot2?.['state'] === state && hot2['rootCause'] === rootCause) return hot2['firstOut']
      }
    }
    assert.equal(await until('SET_UNACK', 'Hot0'), 'Hot0')
    await chain.send({ T0: 1 })
    assert.equal(
      await until('SET_UNACK', null),
      'Hot0',
      'it is told though it did not change itself',
    )
  },
)

test('what nobody acknowledges in time is told to others until somebody does', within, async () => {
  await using alertmanager = await openFakeAlertmanager()
  await using chain = await openChain(2, alertmanager.url)
  const escalation = () =>
    [...alertmanager.alerts.values()].find(({ labels }) => {
      return (labels as Record<string, string>)['escalated'] === 'true'
    })
  await chain.send({ T0: 20, T1: 20 })
  while (!escalation()) await turn()
  const labels = escalation()?.['labels'] as Record<string, string> | undefined
  assert.equal(labels?.['alertname'], 'Hot1')
  const escalated = async () =>
    rows(await chain.query('{ alarms { id escalatedTime } }'), 'alarms').map(
      ({ id, escalatedTime }) => [id, escalatedTime !== null],
    )
  assert.deepEqual(await escalated(), [
    ['Hot1', true],
    ['Hot0', false],
  ])
  await chain.query('mutation { acknowledge(alarm: "Hot1", comment: "seen") { id } }')
  while (Date.parse(String(escalation()?.['endsAt'])) > Date.now()) await turn()
  assert.deepEqual(await escalated(), [
    ['Hot0', false],
    ['Hot1', false],
  ])
})

test(
  'Alertmanager has what is set, with a silence for a shelf, and an end for what clears',
  within,
  async () => {
    await using alertmanager = await openFakeAlertmanager()
    await using chain = await openChain(2, alertmanager.url)
    const { alerts, silences } = alertmanager
    const alert = () => [...alerts.values()][0]
    await chain.send({ T0: 20, T1: 1 })
    while (alerts.size < 1) await turn()
    assert.deepEqual(alert()?.['labels'], {
      ...{ alertname: 'Hot0', priority: 'MEDIUM', severity: 'warning', system: 'Sup' },
      source: 'mla-alarms',
    })
    const annotations = () => alert()?.['annotations'] as Record<string, string>
    assert.equal(annotations()['summary'], 'Too hot 0')
    assert.ok(Date.parse(String(alert()?.['endsAt'])) > Date.now())

    await chain.query('mutation { acknowledge(alarm: "Hot0", comment: "seen") { id } }')
    while (annotations()['comment'] !== 'seen') await turn()
    assert.equal(alerts.size, 1, 'an acknowledged alarm is the same alert')
    await chain.query('mutation { shelve(alarm: "Hot0", minutes: 5, reason: "works") { id } }')
    while (silences.size < 1) await turn()
    assert.equal([...silences.values()][0]?.['comment'], 'shelved: works')
    await chain.query('mutation { unshelve(alarm: "Hot0") { id } }')
    while (silences.size > 0) await turn()
    await chain.send({ T0: 1 })
    while (Date.parse(String(alert()?.['endsAt'])) > Date.now()) await turn()
  },
)

test('a flood loses none, in order, and the API answers meanwhile', within, async () => {
  const size = 300
  await using chain = await openChain(size)
  await using all = await subscribe(chain.url, 'subscription { alarms { id state } }')
  const newest = new Map<string, string[]>()
  const values = (value: number) =>
    Object.fromEntries(Array.from({ length: size }, (_, n) => [`T${n}`, value]))
  const take = async (until: (states: readonly string[]) => boolean) => {
    let left = size - [...newest.values()].filter(until).length
    while (left > 0) {
      for (const { id, state } of await all.next()) {
        const states = newest.get(String(id)) ?? []
        newest.set(String(id), states)
        const was = until(states)
        if (states.at(-1) !== state) states.push(String(state))
        if (!was && until(states)) left--
      }
    }
  }
  await chain.send(values(1))
  await take((states) => states.at(-1) === 'CLEAR_ACK')
  await chain.send(values(20))
  const asked = performance.now()
  await chain.query('{ alarms(filter: {active: true}) { id } }')
  assert.ok(performance.now() - asked < 5_000)
  await take((states) => states.at(-1) === 'SET_UNACK')
  for (const states of newest.values()) assert.deepEqual(states, ['CLEAR_ACK', 'SET_UNACK'])
})
