import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { formatLogPosition } from '@mla/archive'
import { logLive, mlaHeartbeats } from '@mla/bus'
import { microsOfMillis } from '@mla/model'
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Page,
  type WebSocketRoute,
} from 'playwright-core'
import { type Guarded, openGuarded, password } from './access/access.fixture.ts'
import { standInForSupervisor } from './alarms/supervisor.fixture.ts'
import { componentOf } from './components.fixture.ts'
import { pointOf, sampleOf } from './hmi.fixture.ts'

/** What an operator does on all pages, in a real Chromium, from the login on. */
const executablePath = process.env['MLA_CHROMIUM'] ?? '/usr/bin/chromium'
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run']
/** Where pictures of the pages go, for a person to look at; none without it. */
const pictures = process.env['MLA_PICTURES']
const within = { timeout: 120_000 }

const points = ['Tel01', 'Tel02', 'Array'].flatMap((system) =>
  ['Mount', 'Camera'].map((subsystem) => pointOf(`${system}/${subsystem}/Temperature`)),
)

let browser: Browser
let hmi: Guarded
let beats: NodeJS.Timeout
const done = new AbortController()
before(async () => {
  browser = await chromium.launch({ executablePath, args })
  hmi = await openGuarded({ MLA_REQUEST_RATE: '1000' }, points)
  const now = microsOfMillis(Date.now())
  const statuses = [0, 0x808c0000, 0x40900000, 0, 0, 0]
  await hmi.publish(
    ...points.map(({ id }, i) => sampleOf(id, now, 20 + i, 'double', statuses[i] ?? 0)),
  )
  beats = setInterval(() => void beat().catch(() => undefined), 1_000)
  await beat()
  await log('the mount is slow', 'WARNING')
  await standInForSupervisor(hmi.bus, 'Mount/TooSlow', done.signal)
})
after(async () => {
  clearInterval(beats)
  done.abort()
  await browser?.close()
  await hmi?.[Symbol.asyncDispose]()
})

async function beat(): Promise<void> {
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

let sequence = 0
async function log(message: string, priority: 'INFO' | 'WARNING'): Promise<void> {
  const time = microsOfMillis(Date.now())
  const record = {
    ...{ time, receivedTime: time, priority, source: 'hosts', host: 'Tel01', process: 'mount' },
    ...{ thread: null, file: null, line: null, routine: null, audience: null, message },
    ...{ fields: [{ name: 'axis', value: 'azimuth' }], raw: null },
    id: formatLogPosition({ time, partition: 0, offset: sequence, index: 0 }),
  }
  hmi.archive.heldLogs.push(record)
  const batch = { collector: 'c', epoch: 1, sequence: sequence++, lane: 'hosts', records: [record] }
  await hmi.bus.publish(logLive, [{ key: 'hosts', record: batch }])
}

interface Look {
  readonly width: number
  readonly height: number
  readonly colorScheme: 'light' | 'dark'
}

/** A browser with a login, on one of the pages. */
async function open(path: string) {
  const context = await browser.newContext({
    // For axe, which is put into the page from outside.
    ...{ viewport: { width: 1400, height: 800 }, bypassCSP: true },
  })
  const [name = '', value = ''] = hmi.expert.cookie.split('=')
  await context.addCookies([{ name, value, url: hmi.url }])
  return { ...(await onPage(context, path)), [Symbol.asyncDispose]: () => context.close() }
}

/** A page, and what the browser complains about there, which is never right. */
async function onPage(context: BrowserContext, path: string) {
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('dialog', (dialog) => void dialog.accept())
  await page.goto(hmi.url + path)
  return { page, complaints }
}

const seen = (page: Page, text: string | RegExp) =>
  page.getByText(text).first().waitFor({ state: 'visible' })

test('nobody sees a page before the login, which leads back to it', within, async () => {
  const context = await browser.newContext()
  const { page } = await onPage(context, '/components')
  await page.waitForURL(/\/login#to=/)
  await page.fill('[name=name]', 'ada')
  await page.fill('[name=password]', 'a wrong password')
  await page.click('#submit')
  await seen(page, /name or the password is wrong/)
  await page.fill('[name=password]', password)
  await page.click('#submit')
  await page.waitForURL(/\/components$/)
  await seen(page, 'ada, expert')
  await page.click('#log-out')
  await page.waitForURL(/\/login/)
  await context.close()
})

test('components show state, reason and freshness, and answer a command', within, async () => {
  await using view = await open('/components')
  await seen(view.page, '▲ DEGRADED')
  await seen(view.page, 'the archive is away')
  await seen(view.page, /2 components, 1 not as wanted/)
  assert.deepEqual(view.complaints, [])
})

test('log records are followed, filtered, and shown with all they say', within, async () => {
  await using view = await open('/logs')
  const { page } = view
  await seen(page, 'the mount is slow')
  await log('a new record', 'INFO')
  await seen(page, 'a new record')
  await page.fill('[name=text]', 'slow')
  await page.click('#filter [type=submit]')
  await page.waitForURL(/#text=slow/)
  await page
    .getByText('a new record')
    .first()
    .waitFor({ state: 'detached' })
    .catch(() => {})
  assert.equal(await page.locator('#records .row:visible').count(), 1)
  await page.locator('#records .row:visible').click()
  await seen(page, 'azimuth')
  assert.deepEqual(view.complaints, [])
})

test(
  'the array is a matrix whose cells say what is wrong, and lead to the points',
  within,
  async () => {
    await using view = await open('/array')
    const { page } = view
    await page.getByLabel('Tel01/Camera: 1 points, 1 bad').waitFor()
    await page.getByLabel('Tel02/Mount: 1 points, 1 uncertain').waitFor()
    await page.getByLabel('Array/Mount: 1 points, all good').click()
    await page.waitForURL(/#b=Array\/Mount/)
    await seen(page, 'Temperature')
    assert.deepEqual(view.complaints, [])
  },
)

test(
  'an alarm is found, acknowledged with a comment, and everybody sees who did',
  within,
  async () => {
    await using view = await open('/alarms')
    await using other = await open('/alarms')
    const { page } = view
    await seen(page, 'SET, to acknowledge')
    await page.getByRole('button', { name: 'Mount/TooSlow' }).click()
    await page.getByLabel('Comment').fill('the brake was on')
    await page.getByRole('button', { name: 'Acknowledge' }).click()
    await seen(page, /ada: the brake was on/)
    await seen(other.page, /ada: the brake was on/)
    await page.getByRole('button', { name: 'Tree' }).click()
    await page.getByText('1 alarms, 1 set').click()
    await page.getByRole('button', { name: /TooSlow SET/ }).waitFor()
    assert.deepEqual([...view.complaints, ...other.complaints], [])
  },
)

test('every page says when the connection is lost, and comes back by itself', within, async () => {
  const paths = ['/', '/array', '/alarms', '/logs', '/components', '/users']
  const check = async (path: string): Promise<void> => {
    await using view = await open('/login')
    const { page } = view
    const links: WebSocketRoute[] = []
    let isAway = false
    await page.routeWebSocket('**/graphql', (link) => {
      if (isAway) return void link.close({ code: 1001 })
      link.connectToServer()
      links.push(link)
    })
    await page.goto(hmi.url + path)
    await seen(page, 'connected')
    isAway = true
    for (const link of links) await link.close({ code: 1001 })
    await seen(page, /No connection: the values are not live/)
    isAway = false
    await page.locator('#banner').waitFor({ state: 'hidden' })
    await page.locator('#link-words', { hasText: /^connected$/ }).waitFor()
  }
  await Promise.all(paths.map(check))
})

test('a past moment is shown on every page, and nothing can be told to it', within, async () => {
  await using view = await open('/components')
  const { page } = view
  await seen(page, '▲ DEGRADED')
  const moment = new Date(Date.now() - 2_000).toISOString().slice(0, 19)
  await page.fill('#moment', moment)
  await page.press('#moment', 'Enter')
  await page.waitForURL(`**/components?at=${moment}Z`)
  await seen(page, 'Back to now')
  await page.getByRole('link', { name: 'Alarms' }).click()
  await page.waitForURL(`**/alarms?at=${moment}Z`)
  await page.getByRole('button', { name: 'Back to now' }).click()
  await page.waitForURL(/alarms$/)
  assert.deepEqual(view.complaints, [])
})

test('an expert adds a user, and makes a token that is shown once', within, async () => {
  await using view = await open('/users')
  const { page } = view
  await page.fill('#add-user [name=name]', 'grace')
  await page.fill('#add-user [name=password]', 'another horse battery')
  await page.selectOption('#add-user [name=role]', 'OPERATOR')
  await page.click('#add-user button')
  await seen(page, 'grace is added.')
  await page.fill('#add-token [name=name]', 'night report')
  await page.click('#add-token button')
  await seen(page, /a name has 1 to 64/)
  await page.fill('#add-token [name=name]', 'night-report')
  await page.click('#add-token button')
  await seen(page, /^mla_/)
  assert.deepEqual(view.complaints, [])
})

const looks: readonly Look[] = [390, 1600, 2560].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({
    ...{ width, height: width < 500 ? 844 : 900, colorScheme },
  })),
)
/** Each page, and what stands there when it shows what it is for. */
const pages: readonly [path: string, shown: (page: Page) => Promise<unknown>][] = [
  ['/', (page) => seen(page, 'connected')],
  ['/array', (page) => page.getByLabel(/Tel01\/Camera: 1/).waitFor()],
  ['/alarms', (page) => seen(page, 'Mount/TooSlow')],
  ['/logs', (page) => seen(page, 'the mount is slow')],
  ['/components', (page) => seen(page, /DEGRADED/)],
  ['/users', (page) => seen(page, 'Add user')],
]

for (const [path, shown] of pages) {
  test(
    `${path} breaks no rule of accessibility at three widths, light and dark`,
    within,
    async () => {
      await using view = await open(path)
      await shown(view.page)
      await checkLooks(view.page, path.slice(1) || 'points')
    },
  )
}

test('the login breaks no rule of accessibility either', within, async () => {
  const context = await browser.newContext({ bypassCSP: true })
  const { page } = await onPage(context, '/login')
  await page.locator('#login').waitFor()
  await checkLooks(page, 'login')
  await context.close()
})

/** Holds the page to the rules of axe at all looks; takes a picture of each where those are wanted. */
async function checkLooks(page: Page, name: string): Promise<void> {
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
