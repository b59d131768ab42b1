import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatLogPosition } from '@mla/archive'
import { logLive, mlaHeartbeats } from '@mla/bus'
import { microsOfMillis } from '@mla/model'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { type Guarded, openGuarded } from './access/access.fixture.ts'
import { rulesOf, standInForSupervisor } from './alarms/supervisor.fixture.ts'
import { componentOf } from './components.fixture.ts'
import { pointOf, sampleOf } from './hmi.fixture.ts'

const executablePath = process.env['MLA_CHROMIUM'] ?? '/usr/bin/chromium'
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run']
/** Where pictures of the pages go, for a person to look at; none without it. */
const pictures = process.env['MLA_PICTURES']

const points = ['Tel01', 'Tel02', 'Array'].flatMap((system) =>
  ['Mount', 'Camera'].map((subsystem) => pointOf(`${system}/${subsystem}/Temperature`)),
)

const alarm = 'Mount/TooSlow'

export interface View extends AsyncDisposable {
  readonly page: Page
  /** What the browser complained about, which is never right. */
  readonly complaints: string[]
}

/** An HMI with users, in which something of all kinds happens, and a real Chromium before it. */
export interface Site extends AsyncDisposable {
  readonly hmi: Guarded
  log(message: string, priority: 'INFO' | 'WARNING'): Promise<void>
  /** A page of a browser with the expert's login, or without; `prepare` comes before it is loaded. */
  open(
    path: string,
    more?: { readonly isStranger?: boolean; prepare?(page: Page): Promise<void> },
  ): Promise<View>
}

export async function openSite(): Promise<Site> {
  const browser = await chromium.launch({ executablePath, args })
  const hmi = await openGuarded({ MLA_REQUEST_RATE: '1000' }, points, rulesOf(alarm))
  const done = new AbortController()
  const beats = setInterval(() => void beat(hmi).catch(() => undefined), 1_000)
  await beat(hmi)
  const log = createLogger(hmi)
  await log('the mount is slow', 'WARNING')
  await standInForSupervisor(hmi.bus, alarm, done.signal)
  return {
    ...{ hmi, log },
    async open(path, { isStranger = false, prepare } = {}) {
      // For axe, which is put into the page from outside.
      const context = await browser.newContext({
        ...{ viewport: { width: 1400, height: 800 }, bypassCSP: true },
      })
      const [name = '', value = ''] = hmi.expert.cookie.split('=')
      if (!isStranger) await context.addCookies([{ name, value, url: hmi.url }])
      return onPage(context, hmi.url + path, prepare)
    },
    async [Symbol.asyncDispose]() {
      clearInterval(beats)
      done.abort()
      await browser.close()
      await hmi[Symbol.asyncDispose]()
    },
  }
}

async function onPage(
  context: BrowserContext,
  url: string,
  prepare?: (page: Page) => Promise<void>,
): Promise<View> {
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('dialog', (dialog) => void dialog.accept())
  await prepare?.(page)
  await page.goto(url)
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() }
}

async function beat(hmi: Guarded): Promise<void> {
  const now = microsOfMillis(Date.now())
  const statuses = [0, 0x808c0000, 0x40900000, 0, 0, 0]
  await hmi.publish(
    ...points.map(({ id }, i) => sampleOf(id, now, 20 + i, 'double', statuses[i] ?? 0)),
  )
  for (const [component, state] of [
    ['opcua-collector@host', 'ONLINE'],
    ['mon-dispatcher@host', 'DEGRADED'],
  ] as const) {
    const time = microsOfMillis(Date.now())
    const reason = state === 'DEGRADED' ? 'the archive is away' : null
    const whole = componentOf(component, { time, reason, since: time - 60_000_000 })
    const { lastHeartbeat: _, state: __, ...rest } = whole
    await hmi.bus.publish(mlaHeartbeats, [{ key: component, record: { ...rest, state } }])
  }
}

function createLogger({ bus, archive }: Guarded): Site['log'] {
  let sequence = 0
  return async (message, priority) => {
    const time = microsOfMillis(Date.now())
    const record = {
      ...{ time, receivedTime: time, priority, source: 'hosts', host: 'Tel01', process: 'mount' },
      ...{ thread: null, file: null, line: null, routine: null, audience: null, message },
      ...{ fields: [{ name: 'axis', value: 'azimuth' }], raw: null },
      id: formatLogPosition({ time, partition: 0, offset: sequence, index: 0 }),
    }
    archive.heldLogs.push(record)
    const batch = {
      collector: 'c',
      epoch: 1,
      sequence: sequence++,
      lane: 'hosts',
      records: [record],
    }
    await bus.publish(logLive, [{ key: 'hosts', record: batch }])
  }
}

interface Look {
  readonly width: number
  readonly height: number
  readonly colorScheme: 'light' | 'dark'
}

export const seen = (page: Page, text: string | RegExp) =>
  page.getByText(text).first().waitFor({ state: 'visible' })

const looks: readonly Look[] = [390, 1600, 2560].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({
    ...{ width, height: width < 500 ? 844 : 900, colorScheme },
  })),
)

/** Holds the page to the rules of axe at all looks; takes a picture of each where those are wanted. */
export async function checkLooks(page: Page, name: string): Promise<void> {
  await page.evaluate(await readFile(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8'))
  for (const { width, height, colorScheme } of looks) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme })
    const { violations } = (await page.evaluate('axe.run()')) as {
      violations: { id: string; nodes: { html: string }[] }[]
    }
    if (pictures) {
      mkdirSync(pictures, { recursive: true })
      await page.screenshot({ path: join(pictures, `${name}-${width}-${colorScheme}.png`) })
    }
    const told = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`)
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
    assert.deepEqual({ told, overflow }, { told: [], overflow: 0 }, `${width} ${colorScheme}`)
  }
}
