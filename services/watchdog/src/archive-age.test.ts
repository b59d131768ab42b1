import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { askNewest, newestIn } from './archive-age.ts'

const metric = 'mla_archive_newest_sample_timestamp_seconds'

const texts: [name: string, text: string, newest: number | null][] = [
  ['the newest of all sources', `${metric}{source="a"} 12.5\n${metric}{source="b"} 7\n`, 12_500],
  ['nothing where no source is known', `# HELP ${metric} x\n# TYPE ${metric} gauge\n`, null],
  ['nothing of other metrics', `${metric}_other{source="a"} 99\nmla_x 5\n`, null],
  ['nothing of what is no number', `${metric}{source="a"} NaN\n`, null],
]
for (const [name, text, newest] of texts) {
  test(`metrics say ${name}`, () => assert.equal(newestIn(text), newest))
}

test('of several dispatchers the newest counts, and one that is away is told', async () => {
  const serve = async (text: string) => {
    const server = createServer((_, response) => void response.end(text))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    return { url: `http://localhost:${port}/metrics`, [Symbol.dispose]: () => void server.close() }
  }
  using one = await serve(`${metric}{source="a"} 100\n`)
  using other = await serve(`${metric}{source="a"} 200\n`)
  const failed: string[] = []
  const away = 'http://nowhere.invalid:9464/metrics'
  const newest = await askNewest([one.url, away, other.url], (url) => failed.push(url))
  assert.equal(newest, 200_000)
  assert.deepEqual(failed, [away])
  assert.equal(await askNewest([away], () => {}), null)
})
