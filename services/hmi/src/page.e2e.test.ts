import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type FakeApi, type HistoryRequest, startFakeApi } from './page.fake-api.ts'

/** What an operator does, in a real Chromium, on 20,000 made-up points. */
const chromiumPath = process.env['MLA_CHROMIUM'] ?? '/usr/bin/chromium'
const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

let browser: Browser
let api: FakeApi
before(async () => {
  browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumFlags })
  api = await startFakeApi(20_000)
})
after(async () => {
  await browser?.close()
  await api?.[Symbol.asyncDispose]()
})

const temperature = 'MST-01/Camera/Unit1/Temperature'

interface OpenPage extends AsyncDisposable {
  readonly page: Page
  /** What the browser complained about: none of it is ever right. */
  readonly complaints: string[]
}

async function open(hash = '', url = api.url): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1600, height: 900 } })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  await page.goto(url + hash)
  await page.waitForSelector('body[data-ready]')
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() }
}

/**
 * Waits until an expression is true in the page, looking once per frame. (Playwright's own
 * waiting evaluates texts inside the page, which the page's policy rightly forbids.)
 */
async function eventually(page: Page, expression: string): Promise<void> {
  const deadline = Date.now() + 15_000
  while (!(await page.evaluate(`Boolean(${expression})`))) {
    assert.ok(Date.now() < deadline, `never true in the page: ${expression}`)
    await page.evaluate('new Promise((next) => requestAnimationFrame(() => next()))')
  }
}

const textOf = (selector: string): string => `document.querySelector('${selector}')?.textContent`
const rowOf = (index: number, cell: string): string => textOf(`#row-${index} .${cell}`)

test('the page shows all points, and every branch with its count', async () => {
  await using view = await open()
  await eventually(view.page, `${textOf('#count-points')} === '20 000'`)
  assert.equal(await view.page.locator('#tree [role=treeitem]:visible').count(), 9)
  const label = await view.page.locator('#tree-0').getAttribute('aria-label')
  assert.match(label ?? '', /^MST-01, 2226 points/)
  await eventually(view.page, `Number(${textOf('#count-bad')}) > 0`)
  assert.deepEqual(view.complaints, [])
})

test('a search finds points by words and by patterns, in the tree and in the table', async () => {
  await using view = await open()
  await view.page.keyboard.press('/')
  await view.page.keyboard.type('mst-03 camera unit2/ temp')
  await eventually(view.page, `${rowOf(0, 'name')} === 'MST-03/Camera/Unit2/Temperature'`)
  await eventually(view.page, `${textOf('#search-count')} === '1'`)
  assert.equal(await view.page.locator('#tree [role=treeitem]:visible').count(), 4)
  await view.page.fill('#search', 'MST-0?/Mirror/Unit7/Volt*')
  await eventually(view.page, `${textOf('#search-count')} === '9'`)
  await view.page.keyboard.press('Escape')
  await eventually(view.page, `${textOf('#search-count')} === ''`)
  assert.deepEqual(view.complaints, [])
})

test('the table is live, and subscribes only to what is on the screen', async () => {
  await using view = await open('#b=MST-01')
  await eventually(view.page, `/good/.test(${rowOf(0, 'quality')})`)
  const before = await view.page.evaluate(rowOf(0, 'value'))
  await eventually(view.page, `${rowOf(0, 'value')} !== ${JSON.stringify(before)}`)
  assert.ok(api.watched().size < 120, `${api.watched().size} points are subscribed`)
  await view.page.locator('#table').evaluate((table) => table.scrollTo(0, table.scrollHeight))
  await eventually(view.page, `/good|failure|no comm/.test(${rowOf(2225, 'quality')})`)
  assert.deepEqual(view.complaints, [])
})

test('what is not good is told by a sign and in words', async () => {
  await using view = await open('#b=MST-01')
  await view.page.click('[data-sort=quality]')
  await eventually(view.page, `document.querySelector('#row-0 .mark.bad, #row-0 .mark.silent')`)
  assert.match(String(await view.page.evaluate(rowOf(0, 'quality'))), /failure|no communication/)
  assert.deepEqual(view.complaints, [])
})

test('a click plots a point, a second one is added, and the link holds both', async () => {
  await using view = await open('#b=MST-01/Camera')
  await view.page.click(`#table .name[title^="${temperature}"]`)
  await eventually(view.page, `Number(document.querySelector('#plot').dataset.count) > 200`)
  assert.match((await view.page.textContent('#legend')) ?? '', /Temperature.* degC.*min.*max/)
  await view.page.click('#row-3 .tick')
  await eventually(view.page, `document.querySelectorAll('.legend-row').length === 2`)
  await using copy = await open(new URL(view.page.url()).hash)
  await eventually(copy.page, `document.querySelectorAll('.legend-row').length === 2`)
  assert.deepEqual([...view.complaints, ...copy.complaints], [])
})

test('the plot follows the clock, pauses, and goes on', async () => {
  await using view = await open(`#p=${temperature}`)
  await eventually(view.page, `Number(document.querySelector('#plot').dataset.count) > 200`)
  await eventually(view.page, `document.querySelector('#follow').textContent.includes('Pause')`)
  await view.page.click('#follow')
  await eventually(view.page, `location.hash.includes('..')`)
  await eventually(view.page, `document.querySelector('#follow').textContent.includes('Live')`)
  await view.page.click('#follow')
  await eventually(view.page, `!location.hash.includes('..')`)
  assert.deepEqual(view.complaints, [])
})

test('dragging in the plot zooms into history, and back returns', async () => {
  await using view = await open(`#p=${temperature}&r=live:86400`)
  const plot = view.page.locator('#plot')
  await eventually(view.page, `/buckets$/.test(document.querySelector('#plot').dataset.tier)`)
  const asked = plotted().length
  const wide = plotted()[asked - 1]
  const box = await view.page.locator('#plot .u-over').boundingBox()
  assert.ok(box && wide)
  await view.page.mouse.move(box.x + box.width * 0.5, box.y + 50)
  await view.page.mouse.down()
  await view.page.mouse.move(box.x + box.width * 0.503, box.y + 60, { steps: 4 })
  await view.page.mouse.move(box.x + box.width * 0.51, box.y + 60, { steps: 4 })
  await view.page.mouse.up()
  await eventually(view.page, `document.querySelector('#plot').dataset.tier === 'raw values'`)
  const narrow = plotted().at(-1)
  assert.ok(narrow && plotted().length > asked)
  assert.ok(spanOf(narrow) < spanOf(wide) / 20, 'the request is for a narrower range')
  assert.ok(narrow.max > 500 && narrow.max < 3000, 'about a value per pixel is asked for')
  await plot.hover()
  await view.page.mouse.wheel(0, 300)
  await view.page.click('#back')
  await view.page.click('#back')
  await eventually(view.page, `location.hash.includes('live:86400')`)
  assert.deepEqual(view.complaints, [])
})

/** The plot's requests; those of the table's small trends ask for fewer values. */
const plotted = (): readonly HistoryRequest[] => api.histories.filter(({ max }) => max > 200)

const spanOf = ({ from, to }: { readonly from: string; readonly to: string }): number =>
  Date.parse(to) - Date.parse(from)

test('a lost connection is said at once, and all comes back by itself', async () => {
  const first = await startFakeApi(600)
  const { port, url } = first
  await using view = await open(`#b=MST-01&p=${temperature}`, url)
  await eventually(view.page, `/good/.test(${rowOf(0, 'quality')})`)
  await eventually(view.page, `Number(document.querySelector('#plot').dataset.count) > 200`)
  await first[Symbol.asyncDispose]()
  await eventually(view.page, `/No connection/.test(${textOf('#banner-words')})`)
  await eventually(view.page, `${textOf('#link-words')} === 'not connected'`)
  await using second = await startFakeApi(600, port)
  await eventually(view.page, `${textOf('#link-words')} === 'connected'`)
  await eventually(view.page, `document.querySelector('#banner').dataset.shown === 'false'`)
  const before = await view.page.evaluate(rowOf(0, 'value'))
  await eventually(view.page, `${rowOf(0, 'value')} !== ${JSON.stringify(before)}`)
  assert.ok(second.histories.length > 0, 'the plot fetched what it missed')
  const wrong = view.complaints.filter(
    (text) => !/ERR_CONNECTION|WebSocket|Failed to load/.test(text),
  )
  assert.deepEqual(wrong, [])
})

test('the keyboard alone finds, reads and plots a point', async () => {
  await using view = await open()
  const { keyboard } = view.page
  await keyboard.press('/')
  await keyboard.type('mst-02/power/unit3/')
  await eventually(view.page, `${textOf('#search-count')} === '6'`)
  await keyboard.press('ArrowDown')
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter']) await keyboard.press(key)
  await eventually(view.page, `location.hash.includes('p=MST-02/Power/Unit3/Counter')`)
  await keyboard.press('ArrowLeft')
  await view.page.focus('#table')
  await keyboard.press('End')
  await keyboard.press('Space')
  await eventually(view.page, `document.querySelectorAll('.legend-row').length === 2`)
  await view.page.focus('#plot')
  await keyboard.press('+')
  await eventually(view.page, `location.hash.includes('r=')`)
  assert.deepEqual(view.complaints, [])
})

test('the page works on a telephone', async () => {
  await using view = await open(`#b=MST-01/Camera&p=${temperature}`)
  await view.page.setViewportSize({ width: 390, height: 844 })
  await view.page.click('[data-pane-button=plot]')
  await eventually(view.page, `Number(document.querySelector('#plot').dataset.count) > 200`)
  await view.page.click('[data-pane-button=tree]')
  await view.page.click('#tree-1')
  const overflow = 'document.documentElement.scrollWidth > innerWidth'
  assert.equal(await view.page.evaluate(overflow), false)
  assert.deepEqual(view.complaints, [])
})

test('its files are compressed, cached, revalidated and closed to foreign scripts', async () => {
  const answer = await fetch(api.url, { headers: { 'accept-encoding': 'gzip' } })
  const html = await answer.text()
  assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'/)
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
  assert.equal(answer.headers.get('content-encoding'), 'gzip')
  assert.doesNotMatch(html, /<script(?![^>]* src=)|<style|\son\w+="/)
  const etag = answer.headers.get('etag') ?? ''
  const again = await fetch(api.url, { headers: { 'if-none-match': etag } })
  assert.equal(again.status, 304)
  const files = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path)
  let bytes = 0
  for (const path of new Set(files)) {
    const file = await fetch(new URL(path ?? '', api.url), { headers: { 'accept-encoding': 'br' } })
    assert.equal(file.status, 200, path)
    assert.match(file.headers.get('cache-control') ?? '', /immutable/)
    bytes += Number(file.headers.get('content-length'))
    await file.arrayBuffer()
  }
  assert.ok(files.length > 15 && bytes < 150_000, `${bytes} bytes in ${files.length} files`)
  assert.equal((await fetch(new URL('/assets/other/main.ts', api.url))).status, 404)
})
