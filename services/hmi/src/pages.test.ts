import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fastify } from 'fastify'
import { sitePages } from './page-html.ts'
import { pages } from './pages.ts'

const limitBytes = 300_000

test('all pages have one head, and the whole application is small', async () => {
  const app = fastify()
  await pages(app, { title: 'A & B' })
  const get = async (url: string) => {
    const answer = await app.inject({ url, headers: { 'accept-encoding': 'br' } })
    assert.equal(answer.statusCode, 200, url)
    return answer.rawPayload.length
  }
  let bytes = 0
  const files = new Set<string>()
  for (const { path, title, isOutside } of sitePages) {
    bytes += await get(path)
    const html = (await app.inject({ url: path })).body
    assert.match(html, /<h1>A &#38; B<\/h1>/)
    const current = isOutside
      ? /<button type="button" id="theme">/
      : `aria-current="page">${title}<`
    assert.match(html, new RegExp(current))
    for (const [, file = ''] of html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) files.add(file)
  }
  for (const file of files) bytes += await get(file)
  assert.ok(bytes < limitBytes, `${bytes} bytes in ${files.size} files`)
  await app.close()
})
