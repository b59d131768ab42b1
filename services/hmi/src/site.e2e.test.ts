import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page, WebSocketRoute } from 'playwright-core'
import { password } from './access/access.fixture.ts'
import { checkLooks, openSite, type Site, seen } from './site.fixture.ts'

/** What an operator does on all pages, in a real Chromium, from the login on. */
const within = { timeout: 120_000 }

let site: Site
before(async () => {
  site = await openSite()
})
after(() => site?.[Symbol.asyncDispose]())

test('nobody sees a page before the login, which leads back to it', within, async () => {
  await using view = await site.open('/components', { isStranger: true })
  const { page } = view
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
})

test('components show state, reason and freshness, and answer a command', within, async () => {
  await using view = await site.open('/components')
  await seen(view.page, '▲ DEGRADED')
  await seen(view.page, 'the archive is away')
  await seen(view.page, /2 components, 1 not as wanted/)
  assert.deepEqual(view.complaints, [])
})

test('log records are followed, filtered, and shown with all they say', within, async () => {
  await using view = await site.open('/logs')
  const { page } = view
  await seen(page, 'the mount is slow')
  await site.log('a new record', 'INFO')
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
    await using view = await site.open('/array')
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
    await using view = await site.open('/alarms')
    await using other = await site.open('/alarms')
    await using elsewhere = await site.open('/users')
    const { page } = view
    await elsewhere.page.getByRole('link', { name: 'Alarms 1' }).waitFor()
    await seen(page, 'SET, to acknowledge, escalated')
    await seen(page, '‼ 1 escalated: not acknowledged in time')
    await page.getByRole('button', { name: 'Mount/TooSlow' }).click()
    await page.getByLabel('Comment').fill('the brake was on')
    await page.getByRole('button', { name: 'Acknowledge' }).click()
    await seen(page, /ada: the brake was on/)
    await seen(other.page, /ada: the brake was on/)
    await elsewhere.page.getByRole('link', { name: 'Alarms', exact: true }).waitFor()
    await page.getByRole('button', { name: 'Tree' }).click()
    await page.locator('#escalated').waitFor({ state: 'hidden' })
    await page.getByText('1 alarms, 1 set').click()
    await page.getByRole('button', { name: /TooSlow SET/ }).waitFor()
    assert.deepEqual([...view.complaints, ...other.complaints], [])
  },
)

test('every page says when the connection is lost, and comes back by itself', within, async () => {
  const paths = ['/', '/array', '/layout', '/alarms', '/logs', '/components', '/users']
  const check = async (path: string): Promise<void> => {
    const links: WebSocketRoute[] = []
    let isAway = false
    await using view = await site.open(path, {
      prepare: (page) =>
        page.routeWebSocket('**/graphql', (link) => {
          if (isAway) return void link.close({ code: 1001 })
          link.connectToServer()
          links.push(link)
        }),
    })
    const { page } = view
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
  await using view = await site.open('/components')
  const { page } = view
  await seen(page, '▲ DEGRADED')
  const moment = new Date(Date.now() - 2_000).toISOString().slice(0, 19)
  await page.fill('#moment', moment)
  await page.press('#moment', 'Enter')
  await page.waitForURL(`**/components?at=${moment}Z`)
  await seen(page, 'Back to now')
  await page.getByRole('link', { name: 'Alarms' }).click()
  await page.waitForURL(`**/alarms?at=${moment}Z`)
  // Played on it comes to the present by itself.
  await page.goto(
    `${site.hmi.url}/notes?at=${new Date(Date.now() - 600_000).toISOString().slice(0, 19)}Z`,
  )
  await page.selectOption('#play', '60')
  await page.waitForURL(/notes\?at=.*&play=60$/)
  await page.getByRole('link', { name: 'Logs' }).click()
  await page.waitForURL(/logs\?at=.*&play=60$/)
  await page.waitForURL(/logs$/)
  await page.goto(`${site.hmi.url}/alarms?at=${moment}Z`)
  await page.getByRole('button', { name: 'Back to now' }).click()
  await page.waitForURL(/alarms$/)
  assert.deepEqual(view.complaints, [])
})

test('what a page shows is saved under a name, and found on another page', within, async () => {
  await using view = await site.open('/logs#text=slow')
  const { page } = view
  await page.getByText('Views').click()
  await page.getByLabel('Name of the view').fill('slow mounts')
  await page.getByRole('button', { name: 'Save this view' }).click()
  await page.getByRole('link', { name: 'slow mounts' }).waitFor()
  await page.goto(`${site.hmi.url}/components`)
  await page.getByText('Views').click()
  await page.getByRole('link', { name: 'slow mounts' }).click()
  await page.waitForURL(/logs#text=slow$/)
  await seen(page, 'the mount is slow')
  assert.deepEqual(view.complaints, [])
})

test('panes are composed to a page, show one time, and are saved for all', within, async () => {
  await using view = await site.open('/layout')
  const { page } = view
  const add = async (kind: string, items: string): Promise<void> => {
    await page.click('#add-pane')
    await page.selectOption('#pane-form [name=kind]', kind)
    await page.fill('#pane-form [name=items]', items)
    await page.click('#pane-form [type=submit]')
  }
  await add('plot', 'Tel0?/Mount/*')
  await add('plot', 'Array/Mount/Temperature')
  await add('table', 'Tel01/**')
  await add('gauge', 'Nowhere/At/All')
  await seen(page, 'There is no point Nowhere/At/All.')
  await page.fill('#pane-form [name=items]', 'Array/Mount/Temperature')
  await page.click('#pane-form [type=submit]')
  await add('alarms', 'Mount')
  await add('logs', 'WARNING')
  await seen(page, 'the mount is slow')
  await page.getByRole('link', { name: 'Mount/TooSlow' }).waitFor()
  await page.getByRole('meter').waitFor()
  await page.locator('.layout-pane td.bad').first().waitFor()
  // Hovering in one plot shows the values of that moment in all.
  await page.locator('.plot-legend .now', { hasText: '20.' }).waitFor()
  await page.locator('.plot-canvas .u-over').first().hover()
  await page.locator('.plot-legend .at-cursor').nth(2).waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.waitForURL(/r=.*Z\.\./)
  await page.fill('#save-layout [name=name]', 'Mounts')
  await page.click('#save-layout button')
  await seen(page, 'Saved as Mounts, for all.')
  await page.goto(`${site.hmi.url}/layout`)
  await page.locator('#layouts option', { hasText: 'Mounts' }).waitFor({ state: 'attached' })
  await page.selectOption('#layouts', 'Mounts')
  await page.getByRole('group', { name: 'Alarms: Mount' }).waitFor()
  assert.equal(await page.locator('.layout-pane').count(), 6)
  assert.deepEqual(view.complaints, [])
})

test(
  'what an operator writes down of a point is listed, and a mark on its plot',
  within,
  async () => {
    await using view = await site.open('/notes#point=Tel01/Mount/Temperature')
    const { page } = view
    await seen(page, 'connected')
    await page.fill('#add-note [name=text]', 'the wind shook it')
    await page.click('#add-note button')
    await seen(page, 'Written down, for all.')
    await page.getByRole('cell', { name: 'the wind shook it' }).waitFor()
    await page.getByRole('link', { name: 'Tel01/Mount/Temperature' }).click()
    await page.waitForURL(/#p=Tel01\/Mount\/Temperature/)
    await page.locator('#plot[data-marks="note"]').waitFor()
    assert.deepEqual(view.complaints, [])
  },
)

test(
  'the report tells of a night what was written, and is printed without the page',
  within,
  async () => {
    await using view = await site.open('/notes')
    const { page } = view
    await seen(page, 'connected')
    await page.fill('#add-note [name=text]', 'a quiet night')
    await page.click('#add-note button')
    await seen(page, 'Written down, for all.')
    await page.goto(`${site.hmi.url}/report`)
    await page.getByRole('cell', { name: 'a quiet night' }).waitFor()
    await page.getByRole('cell', { name: 'Tel01', exact: true }).waitFor()
    await page.emulateMedia({ media: 'print' })
    await page.locator('#which').waitFor({ state: 'hidden' })
    assert.ok((await page.pdf()).length > 10_000)
    assert.deepEqual(view.complaints, [])
  },
)

test('an expert adds a user, and makes a token that is shown once', within, async () => {
  await using view = await site.open('/users')
  const { page } = view
  await page.fill('#add-user [name=name]', 'grace')
  await page.fill('#add-user [name=password]', 'another horse battery')
  await page.selectOption('#add-user [name=role]', 'OPERATOR')
  await page.click('#add-user button')
  await seen(page, 'grace is added.')
  await page.getByRole('cell', { name: 'grace', exact: true }).waitFor()
  await page.fill('#add-token [name=name]', 'night report')
  await page.click('#add-token button')
  await seen(page, /a name has 1 to 64/)
  await page.fill('#add-token [name=name]', 'night-report')
  await page.click('#add-token button')
  await seen(page, /^mla_/)
  assert.deepEqual(view.complaints, [])
})

/** Each page, and what stands there when it shows what it is for. */
const pages: readonly [path: string, shown: (page: Page) => Promise<unknown>][] = [
  ['/', (page) => seen(page, 'connected')],
  ['/array', (page) => page.getByLabel(/Tel01\/Camera: 1/).waitFor()],
  [
    '/layout#w=plot,2x1,,Array/Mount/Temperature,Tel02/Mount/Temperature&w=gauge,1x1,,Array/Mount/Temperature,Tel01/Camera/Temperature&w=logs,1x1,,INFO&w=table,2x1,,Tel01/Camera/Temperature&w=alarms,2x1,,',
    (page) => page.getByRole('link', { name: 'Mount/TooSlow' }).waitFor(),
  ],
  ['/compare#m=**/Temperature', (page) => page.getByRole('link', { name: '■ 21.000' }).waitFor()],
  ['/alarms', (page) => seen(page, 'Mount/TooSlow')],
  ['/logs', (page) => seen(page, 'the mount is slow')],
  ['/components', (page) => seen(page, /DEGRADED/)],
  ['/report', (page) => page.getByRole('cell', { name: 'Tel01', exact: true }).waitFor()],
  ['/notes', (page) => page.getByLabel('Text').waitFor()],
  ['/users', (page) => page.getByRole('cell', { name: 'ada', exact: true }).first().waitFor()],
]

for (const [path, shown] of pages) {
  test(
    `${path.split('#')[0]} breaks no rule of accessibility at three widths, light and dark`,
    within,
    async () => {
      await using view = await site.open(path)
      await shown(view.page)
      await checkLooks(view.page, /\w+/.exec(path)?.[0] ?? 'points')
    },
  )
}

test('the login breaks no rule of accessibility either', within, async () => {
  await using view = await site.open('/login', { isStranger: true })
  await view.page.locator('#login').waitFor()
  await checkLooks(view.page, 'login')
})
