import assert from 'node:assert/strict'
import type { Cdb } from '@mla/cdb'
import { sendLogs } from '../system/send-logs.ts'
import { until } from '../system/system.ts'
import { beginFault, endFaults } from '../system/truth.ts'
import { type Account, type Books, createBooks } from './accounts.ts'
import { historyOf, openAlarms, watchPoint } from './client.ts'
import type { Disk } from './disk.ts'
import type { Versions } from './images.ts'
import { checkQueries } from './queries.ts'
import type { Stack } from './stack.ts'
import { alerted, alertsOf, calm, targetsOf } from './watching.ts'

export interface Scene {
  readonly stack: Stack
  readonly cdb: Cdb
  readonly books: Books
  readonly disks: { readonly cassandra: Disk; readonly spool: Disk }
  readonly versions: Versions
  /** Prints what was measured. */
  say(text: string): void
}

/** What an operator does, or fears. Each begins where the one before ended: with values flowing. */
export interface Story {
  readonly name: string
  /** Why it runs only when asked for by name. */
  readonly onlyByName?: string
  happen(scene: Scene): Promise<void>
}

const point = 'Tel01/Mount/Azimuth/Position'

function nothingMissing({ lost, doubled, differing, sent }: Account): void {
  assert.deepEqual({ lost, doubled, differing }, { lost: 0, doubled: 0, differing: 0 })
  assert.ok(sent > 0, 'there was a load')
}

/** While a collector is away its servers' values are not watched; what a session takes with it is in that gap. */
function nothingUnmarked({ unmarked, doubled, sent }: Account): void {
  assert.deepEqual({ unmarked, doubled }, { unmarked: 0, doubled: 0 })
  assert.ok(sent > 0, 'there was a load')
}

/** In the path of a sample each by itself; the others at once, for they hold none. */
const dataPath = ['mon-dispatcher', 'kafka', 'cassandra', 'opcua-collector']

const diskReason =
  'it takes some minutes more than CI has; last run by name, Cassandra was not back within 180 s, now it has 300 s'

const stormReason =
  'fifteen processes that start at once keep two cores busy for longer than the three minutes that it waits for them; not mended yet'

export const stories: readonly Story[] = [
  {
    name: 'comes up from nothing, healthy, in less than 6 GB',
    async happen({ stack, versions, say }) {
      const began = performance.now()
      await stack.compose(['up', '--detach', '--wait', '--wait-timeout', '300'], versions.before)
      const seconds = (performance.now() - began) / 1000
      const services = await stack.services()
      for (const service of services) await stack.healthy(service)
      const megabytes = await stack.megabytes()
      say(
        `${services.length} services healthy in ${seconds.toFixed(0)} s, ${megabytes.toFixed(0)} MB`,
      )
      assert.ok(megabytes < 6000, `${megabytes} MB`)
    },
  },
  {
    name: 'samples flow from the simulator to Cassandra and to a WebSocket client',
    async happen({ stack, books }) {
      const account = await books.keep('an ordinary minute', async () => {
        const seen = await watchPoint(stack, point, 10)
        assert.ok(new Set(seen.map(({ time }) => time)).size >= 5, 'the point moves')
        const history = await historyOf(stack, point)
        assert.ok(history.length > 0, 'the API answers its history')
      })
      nothingMissing(account)
    },
  },
  {
    name: 'an upgrade from the commit before, service by service, loses nothing that was taken',
    async happen({ stack, books }) {
      const account = await books.keep('rolling upgrade', async () => {
        await stack.compose(['run', '--rm', '--no-deps', 'setup'])
        for (const service of await stack.ourServices()) {
          // It is no part of the system, and what it has made would be forgotten.
          if (service === 'opcua-simulator' || service === 'opcua-collector') continue
          await stack.compose(['up', '--detach', '--no-deps', '--wait', service])
        }
      })
      nothingMissing(account)
      const replaced = await books.keep(
        'collector replaced',
        () => stack.compose(['up', '--detach', '--no-deps', '--wait', 'opcua-collector']).then(),
        true,
      )
      nothingUnmarked(replaced)
    },
  },
  {
    name: 'every target of Prometheus is up, and every service is one',
    async happen({ stack }) {
      const services = (await stack.services()).filter((name) => name !== 'grafana')
      await until(
        'all targets to be up',
        async () => {
          const targets = await targetsOf(stack)
          const bad = targets.filter(({ health }) => health !== 'up')
          if (bad.length > 0)
            throw new Error(bad.map((t) => `${t.scrapeUrl} ${t.lastError}`).join())
          const jobs = targets.map(({ labels }) => labels['job'])
          const missing = services.filter((name) => !jobs.includes(name.replace('-exporter', '')))
          if (missing.length > 0) throw new Error(`no target: ${missing.join(', ')}`)
          return true
        },
        120_000,
      )
    },
  },
  {
    name: 'promtool and amtool find nothing wrong',
    async happen({ stack }) {
      const inside = (service: string, script: string) =>
        stack.compose(['exec', '-T', service, 'sh', '-c', script])
      await inside('prometheus', 'promtool check config /etc/prometheus/prometheus.yaml')
      await inside('prometheus', 'promtool check rules /etc/prometheus/rules/*.yaml')
      await inside(
        'prometheus',
        'cd /etc/prometheus/tests && TMPDIR=/prometheus promtool test rules *.yaml',
      )
      await inside('alertmanager', 'amtool check-config /etc/alertmanager/alertmanager.yaml')
    },
  },
  {
    name: 'a gale at the weather stations is an alarm, and Alertmanager tells of it',
    async happen({ stack }) {
      await endFaults(stack.simulatorControl)
      const gale = { kind: 'spike', match: 'Array/Weather/*/Wind/Speed', magnitude: 30 }
      await beginFault(stack.simulatorControl, { ...gale, durationS: 600 })
      const alarm = 'Array/Weather/WindHigh'
      const isSet = async () => (await openAlarms(stack)).get(alarm)?.startsWith('SET') === true
      await until('the alarm to be set', isSet, 120_000)
      const isTold = async () => (await alertsOf(stack)).includes(alarm)
      await until('Alertmanager to have it', isTold)
    },
  },
  {
    name: 'every query of every panel and rule returns data',
    async happen({ stack, say }) {
      const [{ address } = { address: '' }] = await stack.containers('log-collector')
      let table: string[] = []
      const ask = async () => {
        table = []
        await sendLogs(address, 5514)
        await checkQueries(stack.prometheusUrl, (line) => table.push(line), stack.hmiUrl)
        return true
      }
      // What has just been sent is a curve after two scrapes.
      await until('every query to find data', ask, 90_000)
      for (const line of table) say(line)
    },
  },
  {
    name: 'a second dispatcher shares the partitions, and nothing is lost',
    async happen({ stack, books }) {
      const account = await books.keep('mon-dispatcher scaled to 2 and back', async () => {
        await stack.compose([
          'up',
          '--detach',
          '--no-deps',
          '--scale',
          'mon-dispatcher=2',
          'mon-dispatcher',
        ])
        await until('both to read', async () => {
          const urls = (await stack.containers('mon-dispatcher')).map(
            ({ address }) => `http://${address}:9464/metrics`,
          )
          const texts = await Promise.all(urls.map(async (url) => (await fetch(url)).text()))
          return (
            texts.length === 2 &&
            texts.every((text) => /^mla_records_received_total\{.*\} [1-9]/m.test(text))
          )
        })
        await stack.compose([
          'up',
          '--detach',
          '--no-deps',
          '--scale',
          'mon-dispatcher=1',
          'mon-dispatcher',
        ])
      })
      nothingMissing(account)
    },
  },
  ...dataPath.map((service): Story => {
    const isMarked = service === 'opcua-collector'
    return {
      name: `${service} killed is back by itself; what is missing is ${isMarked ? 'marked' : 'nothing'}`,
      async happen({ stack, books }) {
        const account = await books.keep(`${service} killed`, () => stack.kill(service), isMarked)
        if (isMarked) nothingUnmarked(account)
        else nothingMissing(account)
      },
    }
  }),
  {
    name: 'all others killed at once are back by themselves, and nothing is lost',
    onlyByName: stormReason,
    async happen({ stack, books }) {
      const spared = [...dataPath, 'opcua-simulator']
      const others = (await stack.services()).filter((service) => !spared.includes(service))
      const account = await books.keep(`${others.join(', ')} killed`, async () => {
        await Promise.all(others.map((service) => stack.kill(service)))
      })
      nothingMissing(account)
    },
  },
  {
    name: 'a full disk of Cassandra gives an alert; with room again all is archived',
    onlyByName: diskReason,
    async happen({ stack, books, disks, say }) {
      const alerts = ['MLADiskNearlyFull', 'MLAServiceDown']
      const account = await books.keep('disk of Cassandra full', async () => {
        disks.cassandra.fill()
        // Sooner or later it writes a table; this is now.
        await stack.compose(['exec', '-T', 'cassandra', 'nodetool', 'flush', 'mla']).catch(String)
        say(`alert: ${await alerted(stack, alerts)}`)
        disks.cassandra.free()
        // Docker starts ever later what ends again and again, and a minute is the longest.
        await stack.healthy('cassandra', 300_000)
      })
      nothingMissing(account)
      await calm(stack, alerts)
    },
  },
  {
    name: "a full disk of the collector's spool gives an alert; with room again nothing is lost",
    onlyByName: diskReason,
    async happen({ stack, books, disks, say }) {
      const account = await books.keep('spool disk full while Kafka is away', async () => {
        disks.spool.fill()
        await stack.compose(['stop', 'kafka'])
        say(
          `alert: ${await alerted(stack, ['MLASpoolFailing', 'MLADiskNearlyFull', 'MLABusAway'])}`,
        )
        disks.spool.free()
        await stack.compose(['start', 'kafka'])
        await stack.healthy('kafka')
      })
      nothingMissing(account)
    },
  },
  {
    name: 'stopped and started again it has all its data',
    async happen({ stack, cdb, books, say }) {
      const before = await books.again()
      await stack.compose(['down', '--timeout', '60'])
      await stack.compose(['up', '--detach', '--wait', '--wait-timeout', '300'])
      const after = await books.again()
      assert.equal(after.archived, before.archived)
      assert.equal(after.differing, before.differing)
      say(`${after.archived} samples of ${after.points} points, as before`)
      // The simulator counts from zero again.
      const anew = createBooks(stack, cdb, Date.now() * 1000 - 120e6)
      assert.equal(anew.accounts.length, 0)
      await stack.kill('opcua-simulator')
      await watchPoint(stack, point, 10)
    },
  },
]
