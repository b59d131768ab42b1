import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { buildCdb } from '@mla/cdb'
import { createHealth, createMetrics, silentLog } from '@mla/kit'
import { microsOfMillis } from '@mla/model'
import { SMTPServer } from 'smtp-server'
import { alarmDispatcherEnv } from './config.ts'
import { createMakings } from './makings.ts'
import { createReport } from './report.ts'
import { openTelling } from './telling.ts'
import { wireAt } from './wire.fixture.ts'

const within = { timeout: 20_000 }
const now = () => microsOfMillis(Date.now())

/** A mail server that refuses so many mails, and keeps the others. */
async function mailServer(refusals: number) {
  const mails: string[] = []
  let left = refusals
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      text(stream).then((mail) => {
        if (left-- > 0) return done(new Error('try later'))
        mails.push(mail)
        done()
      }, done)
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const address = server.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    ...{ mails, url: `smtp://127.0.0.1:${port}` },
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

const file = (name: string, content: string) => ({
  ...{ file: `alarms/${name}.yaml`, kind: 'alarms' as const, name, text: content },
})

function cdbWith(props: string) {
  const result = buildCdb(
    [
      file('ias', 'refreshRate: 1\nvalidityThreshold: 60\nhbFrequency: 1\nbsdbUrl: a:9092\n'),
      file('SUPERVISOR/Sup', 'id: Sup\nhostName: h\ndasusToDeploy: [{dasuId: D}]\n'),
      file('DASU/D', 'id: D\nasceIDs: [A]\noutputId: Hot\n'),
      file(
        'ASCE/A',
        `id: A\ndasuID: D\noutputID: Hot\ninputIDs: [T]\ntransferFunctionID: MinMaxThreshold\nprops: [${props}]\n`,
      ),
      file(
        'IASIO/iasios',
        '- {id: T, iasType: DOUBLE}\n- {id: Hot, iasType: ALARM, shortDesc: Too hot, emails: "day@site.org"}\n',
      ),
    ],
    {},
  )
  assert.ok(result.ok, JSON.stringify(!result.ok && result.problems))
  return result.cdb
}

async function tellingOf(props: string, env: Readonly<Record<string, string>>) {
  const ending = new AbortController()
  const metrics = createMetrics('alarm-dispatcher')
  const cdb = cdbWith(props)
  const life = { name: 'alarm-dispatcher', instance: 'x', log: silentLog, health: createHealth() }
  const report = createReport({ ...life, metrics, signal: ending.signal })
  const telling = await openTelling({
    settings: alarmDispatcherEnv.parse(env),
    ...{ makingOf: createMakings(() => cdb), report, now, signal: ending.signal },
  })
  const running = telling.run()
  const metric = async (name: string) =>
    (await metrics.registry.metrics()).split('\n').find((line) => line.startsWith(name)) ?? ''
  return {
    ...{ telling, metric },
    async [Symbol.asyncDispose]() {
      ending.abort()
      await running
    },
  }
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 5))

test(
  'mail goes to those that the alarm names, again until the server takes it',
  within,
  async () => {
    await using server = await mailServer(1)
    const env = { MLA_ALARM_SMTP: server.url, MLA_ALARM_MAIL_SECONDS: '0' }
    const props = '{name: highOn, value: 10}, {name: mla.mail, value: night@site.org}, '
    await using one = await tellingOf(`${props}{name: mla.guidance, value: Cool it}`, env)
    const properties = { actualValue: '20.5' }
    one.telling.take(wireAt(0, 'SET_UNACK:HIGH', { setSince: now(), properties }), false)
    while (server.mails.length < 2) await turn()
    const everything = server.mails.join('\n')
    for (const part of [
      ...['To: day@site.org', 'To: night@site.org', 'Subject: Alarm Hot: HIGH set'],
      ...['Too hot', 'value 20.5', 'Cool it', 'http://127.0.0.1:8080/alarms?id=Hot'],
    ]) {
      assert.ok(everything.includes(part), `${part}\n${everything}`)
    }
    one.telling.take(wireAt(1, 'CLEAR_UNACK:HIGH'), false)
    while (server.mails.length < 4) await turn()
    assert.match(server.mails.at(-1) ?? '', /Subject: Alarm Hot: cleared/)
    assert.match(await one.metric('mla_alarm_told_total{way="mail"'), / 4$/)
  },
)

test('of many changes one mail tells, when the time between two is over', within, async () => {
  await using server = await mailServer(0)
  const env = { MLA_ALARM_SMTP: server.url, MLA_ALARM_MAIL_SECONDS: '1' }
  await using one = await tellingOf('{name: highOn, value: 10}', env)
  const set = () => one.telling.take(wireAt(0, 'SET_UNACK:HIGH', { setSince: now() }), false)
  set()
  while (server.mails.length < 1) await turn()
  // What is told at once, without waiting for the next look.
  one.telling.take(wireAt(1, 'CLEAR_UNACK:HIGH'), false)
  set()
  while (server.mails.length < 2) await turn()
  assert.match(server.mails[1] ?? '', /Subject: Alarms: 1 set, 1 cleared/)
})

test(
  'a program of the folder is started with what the alarm is; nothing else can be',
  within,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mla-commands-'))
    const seen = join(folder, 'seen')
    await writeFile(join(folder, 'cool'), `#!/bin/sh\necho "$@ $MLA_ALARM_VALUE" >> ${seen}\n`)
    await chmod(join(folder, 'cool'), 0o755)
    const props = '{name: highOn, value: 10}, {name: mla.command, value: cool}'
    const env = { MLA_ALARM_COMMANDS: folder, MLA_ALARM_COMMAND_SECONDS: '0' }
    await using one = await tellingOf(props, env)
    const properties = { actualValue: '20.5; rm -rf /' }
    one.telling.take(wireAt(0, 'SET_UNACK:HIGH', { setSince: now(), properties }), false)
    const content = () => readFile(seen, 'utf8').catch(() => '')
    while (!(await content()).includes('\n')) await turn()
    one.telling.take(wireAt(1, 'CLEAR_UNACK:HIGH'), false)
    while ((await content()).split('\n').length < 3) await turn()
    assert.deepEqual((await content()).split('\n'), [
      'Hot SET HIGH 20.5; rm -rf /',
      'Hot CLEAR HIGH ',
      '',
    ])
    assert.throws(() => cdbWith('{name: highOn, value: 10}, {name: mla.command, value: ../cool}'))
    await rm(folder, { recursive: true })
  },
)
