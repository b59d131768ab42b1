import type { Archive } from '@mla/archive'
import { type Bus, monDerived, monSamples } from '@mla/bus'
import type { LoadResult } from '@mla/cdb'
import type { CdbStore } from '@mla/control'
import { type Life, openHealthServer, retry } from '@mla/kit'
import { microsOfMillis, microsPerSecond } from '@mla/model'
import { openAccess } from './access/access.ts'
import { createActions } from './access/actions.ts'
import { serveAuth } from './access/routes.ts'
import { accessSettingsOf, isSecure, tlsOf } from './access/settings.ts'
import { followAlarms } from './alarms/board.ts'
import { createOperatorDesk } from './alarms/operator-desk.ts'
import { createCampaigns } from './campaigns.ts'
import { type Catalogue, catalogueOf, emptyCatalogue } from './catalogue.ts'
import { createCommander } from './commander.ts'
import { followComponents, subsystemsOf } from './components.ts'
import type { HmiSettings } from './config.ts'
import { createDeliveries } from './delivery.ts'
import { serveDownload } from './download/serve.ts'
import { createFanOut } from './fan-out.ts'
import { accessArea } from './graphql/access.ts'
import { alarmsArea } from './graphql/alarms.ts'
import { campaignsArea } from './graphql/campaigns.ts'
import { componentsArea } from './graphql/components.ts'
import { configurationArea } from './graphql/configuration.ts'
import { createGuard } from './graphql/guard.ts'
import { logLevelsArea } from './graphql/log-levels.ts'
import { logsArea } from './graphql/logs.ts'
import { nightReportArea } from './graphql/night-report.ts'
import { notesArea } from './graphql/notes.ts'
import { operatorStateArea } from './graphql/operator-state.ts'
import { pointsArea } from './graphql/points.ts'
import { samplesArea } from './graphql/samples.ts'
import { scalars } from './graphql/scalars.ts'
import { createSchema } from './graphql/schema.ts'
import { viewsArea } from './graphql/views.ts'
import { createHotStore } from './hot-store.ts'
import { createHttp } from './http.ts'
import { ingest } from './ingest.ts'
import { createLatest } from './latest.ts'
import { serveLogExport } from './log-export.ts'
import { createLogLevels } from './log-levels.ts'
import { createLogPages } from './log-pages.ts'
import { followLogs } from './log-tail.ts'
import { followNotes } from './notes.ts'
import { pages } from './pages.ts'
import { createReport } from './report.ts'
import { createSamplesSubscriptions } from './samples-subscription.ts'
import { serveSockets } from './sockets.ts'
import { followViews } from './views.ts'

export interface HmiParts {
  readonly bus: Pick<Bus, 'follow' | 'publish'>
  readonly archive: Archive
  /** The configuration in force, as it changes. */
  readonly cdb: AsyncIterable<LoadResult>
  readonly settings: HmiSettings
  /** The versions of the configuration; null where a folder is watched. */
  readonly configurations?: CdbStore | null
  /** Told once of the port that it listens on. */
  readonly listening?: (port: number) => void
}

/**
 * Serves GraphQL, WebSockets and the page until the life ends. It listens at once, and is ready
 * when it has a configuration and memory holds the last minutes.
 */
export async function runHmi(parts: HmiParts, life: Life): Promise<void> {
  const { bus, archive, cdb, settings } = parts
  const { health, signal } = life
  const report = createReport(life)
  const now = () => microsOfMillis(Date.now())
  const keepMicros = settings.MLA_HOT_MINUTES * 60 * microsPerSecond
  const since = now() - keepMicros
  const hot = createHotStore({ keepMicros, maxBytes: settings.MLA_HOT_MEGABYTES * 2 ** 20 }, since)
  const fanOut = createFanOut()
  const latest = createLatest({ archive, hot })
  const deliveries = createDeliveries()
  let current: Catalogue = emptyCatalogue
  const catalogue = () => current

  health.set('hot store', 'catching up with the bus')
  health.set('configuration', 'none yet')
  const maxBuffered = settings.MLA_LIVE_BUFFER_KB * 1024
  const stallMs = settings.MLA_LIVE_STALL_SECONDS * 1000
  const liveRules = {
    maxBuffered,
    stallMs,
    maxQueue: settings.MLA_LIVE_QUEUE,
    maxReplayMicros: settings.MLA_LIVE_REPLAY_HOURS * 3600 * microsPerSecond,
    tickMs: settings.MLA_LIVE_TICK_MS,
  }
  const subscriptions = createSamplesSubscriptions({
    ...{ archive, hot, latest, fanOut, deliveries, catalogue, now, rules: liveRules, report },
  })
  const components = followComponents({ bus, signal, failed: report.failed })
  const commander = createCommander({
    ...{ bus, signal, components: components.list },
    ...{ commanded: report.commanded, failed: report.failed },
  })
  const tail = followLogs({ bus, signal, now, failed: report.failed })
  health.set('alarms', 'catching up with the bus')
  const board = followAlarms({
    ...{ bus, signal, now, failed: report.failed },
    caughtUp: () => health.set('alarms', null),
  })
  const desk = createOperatorDesk({
    ...{ bus, board, signal, now, acted: report.alarmActed, failed: report.failed },
  })
  const notes = followNotes({
    ...{ bus, signal, now, failed: report.failed },
    isPoint: (id) => current.points.has(id),
    isAlarm: (id) => board.catalogue.making(id) !== null,
  })
  const logPages = createLogPages(archive.logs, tail)
  const logLevels = createLogLevels({
    ...{ bus, signal, now, failed: report.failed },
    sources: () => current.logSources,
  })
  await using actions = createActions({
    ...{ bus, instance: life.instance, signal, report },
    nowMs: Date.now,
  })
  const accessSettings = accessSettingsOf(settings)
  const access = await openAccess({
    ...{ settings: accessSettings, signal, actions },
    nowMs: Date.now,
    waitsForSetup: report.waitsForSetup,
  })
  const guard = createGuard({
    actions,
    subsystemsOf: (component) => subsystemsOf(component, components.list()),
  })
  const areas = [
    scalars,
    pointsArea(catalogue),
    samplesArea({ archive, hot, latest, catalogue, subscriptions }),
    componentsArea(components, commander),
    configurationArea(parts.configurations ?? null),
    logLevelsArea(logLevels),
    logsArea(logPages, { archive: archive.logs, tail, now, rules: liveRules, report }),
    alarmsArea({ board, desk, archive, now, signal, alertmanager: settings.MLA_ALERTMANAGER_URL }),
    operatorStateArea(bus),
    viewsArea(followViews({ bus, signal, now, failed: report.failed })),
    notesArea(notes, now),
    nightReportArea({ archive, latest, catalogue, now }),
    campaignsArea(createCampaigns({ bus, catalogue, signal, now, failed: report.failed }), now),
    accessArea(access),
  ]
  const rules = { isSecure: isSecure(settings), proxies: settings.MLA_PROXIES }
  const entry = {
    ...{ schema: createSchema(areas, guard), access, actions, rules, report },
    names: settings.MLA_HTTP_NAMES,
  }
  const tls = tlsOf(settings)
  const { app, admitted } = await createHttp({ ...entry, tls }, life)
  const { sessionMs } = accessSettings
  serveAuth(app, { access, actions, rules: { ...rules, sessionMs, url: settings.MLA_HTTP_URL } })
  serveDownload(app, { archive, hot, catalogue, admitted, actions, now })
  serveLogExport(app, { pages: logPages, admitted })
  await pages(app)
  await using stack = new AsyncDisposableStack()
  stack.defer(() => app.close())
  if (tls) stack.use(await openHealthServer(life, settings.MLA_HEALTH_PORT))
  stack.use(
    serveSockets(app.server, {
      ...entry,
      maxClients: settings.MLA_LIVE_CLIENTS,
      maxOperations: settings.MLA_LIVE_SUBSCRIPTIONS,
      // A snapshot of all points is one message, and several may be on their way.
      maxBuffered: maxBuffered + 64 * 2 ** 20,
      stallMs,
    }),
  )
  await app.listen({ port: settings.MLA_HTTP_PORT, host: settings.MLA_HTTP_HOST })
  const address = app.server.address()
  const port = typeof address === 'object' && address ? address.port : settings.MLA_HTTP_PORT
  report.listening(settings.MLA_HTTP_HOST, port)
  parts.listening?.(port)

  const ticks = setInterval(() => deliveries.flush(performance.now()), settings.MLA_LIVE_TICK_MS)
  const looks = setInterval(() => report.hot(hot.figures), 1_000)
  stack.defer(() => {
    clearInterval(ticks)
    clearInterval(looks)
  })

  const configure = async () => {
    for await (const result of cdb) {
      if (!result.ok) report.configurationRefused(result.problems)
      else {
        current = catalogueOf(result.cdb)
        board.configure(result.cdb)
        health.set('configuration', null)
        report.configured(current.version, current.sorted.length)
        fillFromArchive()
      }
    }
  }
  /** Points that were silent for minutes; nobody waits for it. */
  const fillFromArchive = () => {
    const ids = current.sorted.map(({ id }) => id)
    const fill = () => latest.of(ids)
    retry(fill, signal, (error) => report.failed(error, 'the archive is away; trying again')).catch(
      (error: unknown) => signal.aborted || report.failed(error, 'silent points are not filled in'),
    )
  }
  const caughtUp = () => {
    health.set('hot store', null)
    report.caughtUp(hot.figures)
    fillFromArchive()
  }
  health.set(life.name, null)
  const topics = [monSamples, monDerived]
  const behind = new Set<string>(topics.map(({ name }) => name))
  const readings = topics.map((topic) => {
    const caughtUpWith = () => {
      if (behind.delete(topic.name) && behind.size === 0) caughtUp()
    }
    return ingest({ bus, topic, hot, fanOut, report, caughtUp: caughtUpWith }, since, signal)
  })
  const reading = Promise.all(readings)
  // The configuration may end; reading ends with the signal.
  await Promise.race([reading, configure().then(() => reading)])
}
