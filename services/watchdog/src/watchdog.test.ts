import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { createHealth, createMetrics, type Life, parseConfig, silentLog } from '@mla/kit'
import { MlaError } from '@mla/model'
import { SMTPServer } from 'smtp-server'
import { runWatchdog, watchdogConfig } from './index.ts'

/** A mail server that keeps what it gets, and hands it out mail by mail. */
async function mailbox() {
  const mails: string[] = []
  const bell = new EventTarget()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      text(stream).then((mail) => {
        mails.push(mail)
        bell.dispatchEvent(new Event('mail'))
        done()
      }, done)
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    async next(): Promise<string> {
      if (mails.length === 0) await once(bell, 'mail')
      return mails.shift() ?? ''
    },
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(resolve)),
  }
}

/** A webhook that keeps the JSON it gets. */
async function hook() {
  const got: unknown[] = []
  const server = createServer(async (request, response) => {
    got.push(JSON.parse(await text(request)))
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { got, url: `http://127.0.0.1:${port}/`, [Symbol.dispose]: () => void server.close() }
}

function lifeOf(signal: AbortSignal): Life {
  const metrics = createMetrics('watchdog')
  const health = createHealth()
  return { name: 'watchdog', instance: 'test', log: silentLog, metrics, health, signal }
}

const notification = (alertname: string) =>
  JSON.stringify({ version: '4', alerts: [{ status: 'firing', labels: { alertname } }] })

test('a silent dead-man goes out by mail and webhook, and so does its end', async () => {
  await using mails = await mailbox()
  using webhook = await hook()
  const stop = new AbortController()
  const life = lifeOf(stop.signal)
  const settings = parseConfig(watchdogConfig, {
    MLA_HEALTH_PORT: '0',
    MLA_WATCHDOG_HOST: '127.0.0.1',
    MLA_WATCHDOG_METRICS: '',
    MLA_WATCHDOG_SILENT_SECONDS: '0.2',
    MLA_WATCHDOG_CHECK_SECONDS: '0.05',
    MLA_WATCHDOG_MAIL_TO: 'operator@example.org',
    MLA_WATCHDOG_SMTP: `smtp://127.0.0.1:${mails.port}`,
    MLA_WATCHDOG_WEBHOOK: webhook.url,
  })
  const ready = Promise.withResolvers<number>()
  const running = runWatchdog({ settings, listening: ready.resolve }, life)
  const url = `http://127.0.0.1:${await ready.promise}`
  const post = (body: string) => fetch(`${url}/dead-man`, { method: 'POST', body })
  assert.equal((await fetch(`${url}/health/ready`)).status, 200)

  const first = await mails.next()
  assert.match(first, /^To: operator@example\.org/m)
  assert.match(first, /^Subject: \[MLA\] The dead-man alert is silent/m)
  assert.match(first, /docs\/runbooks\/MLADeadMan\.md/)

  assert.equal((await post('what?')).status, 400)
  assert.equal((await post(notification('MLAOther'))).status, 200)
  assert.equal((await post(notification('MLADeadMan'))).status, 200)
  assert.match(await mails.next(), /^Subject: \[MLA\] The dead-man alert is heard again/m)
  stop.abort()
  await running

  const news = webhook.got.map((one) => (one as { news: string }).news)
  assert.deepEqual(news.slice(0, 2), ['begins', 'is over'])
  const metrics = await life.metrics.registry.metrics()
  assert.match(
    metrics,
    /mla_records_rejected_total\{reason="no notification",service="watchdog"} 1/,
  )
  assert.match(metrics, /mla_records_received_total\{service="watchdog"} 2/)
})

test('settings that do not go together are refused by name', async () => {
  const settings = parseConfig(watchdogConfig, { MLA_WATCHDOG_MAIL_TO: 'a@example.org' })
  await assert.rejects(
    runWatchdog({ settings }, lifeOf(new AbortController().signal)),
    (error) => error instanceof MlaError && /MLA_WATCHDOG_SMTP/.test(error.message),
  )
  const empty = parseConfig(watchdogConfig, { MLA_WATCHDOG_SMTP: '', MLA_WATCHDOG_WEBHOOK: '' })
  assert.equal(empty.MLA_WATCHDOG_SMTP ?? empty.MLA_WATCHDOG_WEBHOOK, undefined)
  assert.throws(() => parseConfig(watchdogConfig, { MLA_WATCHDOG_SMTP: 'mail.example.org' }))
})
