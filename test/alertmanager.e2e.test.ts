import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { startAlertmanager } from '@mla/stack'
import { openChain } from './alarms/chain.ts'

interface ShownAlert {
  readonly fingerprint: string
  readonly startsAt: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly status: { readonly state: string; readonly silencedBy: readonly string[] }
}
interface ShownSilence {
  readonly comment: string
  readonly createdBy: string
  readonly status: { readonly state: string }
}

test('the real Alertmanager shows what an alarm is at each step of its life', async () => {
  await using alertmanager = await startAlertmanager('127.0.0.1:9')
  const ask = async <T>(path: string): Promise<readonly T[]> => {
    const answer = await fetch(`${alertmanager.url}/api/v2/${path}`)
    return (await answer.json()) as T[]
  }
  const alerts = () => ask<ShownAlert>('alerts')
  const silences = async () =>
    (await ask<ShownSilence>('silences')).filter(({ status }) => status.state === 'active')
  await using chain = await openChain(1, alertmanager.url)
  const does = async (mutation: string) =>
    assert.equal((await chain.query(`mutation { ${mutation} { id } }`)).errors, undefined)

  /** The one alert that is shown, once it is as it should be. */
  async function shown(what: string, isSo: (alert: ShownAlert) => boolean): Promise<ShownAlert> {
    for (const deadline = Date.now() + 20_000; ; await delay(50)) {
      const all = await alerts().catch(() => [])
      const [alert] = all
      if (all.length === 1 && alert && isSo(alert)) return alert
      if (Date.now() > deadline) assert.fail(`${what}: ${JSON.stringify(all)}`)
    }
  }
  const isActive = ({ status }: ShownAlert) => status.state === 'active'

  await chain.send({ T0: 20 })
  const set = await shown('set', isActive)
  assert.equal(set.labels['alertname'], 'Hot0')
  assert.equal(set.annotations['state'], 'SET_UNACK')

  await does('acknowledge(alarm: "Hot0", comment: "pump off", by: "eva")')
  const acknowledged = await shown('acknowledged', ({ annotations }) => {
    return annotations['state'] === 'SET_ACK'
  })
  assert.equal(acknowledged.annotations['acknowledged_by'], 'eva')
  assert.equal(acknowledged.annotations['comment'], 'pump off')
  assert.deepEqual(
    [acknowledged.fingerprint, acknowledged.startsAt, acknowledged.status.state],
    [set.fingerprint, set.startsAt, 'active'],
    'an acknowledged alarm is the same alert, and no silence',
  )

  await does('shelve(alarm: "Hot0", minutes: 30, reason: "works", by: "eva")')
  await shown('shelved', ({ status }) => status.state === 'suppressed')
  assert.deepEqual(
    (await silences()).map(({ comment, createdBy }) => [createdBy, comment]),
    [['eva', 'shelved: works']],
  )

  await chain.restartSupervisor()
  await chain.send({ T0: 21 })
  await alertmanager.stop()
  await alertmanager.start()
  const again = await shown('Alertmanager restarted', ({ status }) => {
    return status.state === 'suppressed'
  })
  assert.deepEqual([again.fingerprint, again.startsAt], [set.fingerprint, set.startsAt])
  assert.equal((await silences()).length, 1, 'one silence, also after the restarts')

  await does('unshelve(alarm: "Hot0", by: "eva")')
  const back = await shown('unshelved', isActive)
  assert.equal(back.startsAt, set.startsAt, 'a restarted supervisor knows since when it is set')
  assert.deepEqual(await silences(), [])

  const alert = {
    labels: { alertname: 'MLADiskFilling', severity: 'warning', host: 'h1' },
    annotations: { summary: 'The disk of h1 is full in four hours' },
  }
  await fetch(`${alertmanager.url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([alert]),
  })
  const { data } = await chain.query('{ alerts { name severity state summary } }')
  assert.deepEqual(data?.['alerts'], [
    {
      ...{ name: 'MLADiskFilling', severity: 'warning', state: 'active' },
      summary: 'The disk of h1 is full in four hours',
    },
  ])
  await chain.send({ T0: 1 })
  const ours = async () => (await alerts()).filter(({ labels }) => labels['source'] !== undefined)
  while ((await ours()).length > 0) await delay(50)
})
