import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'

const metric = 'mla_archive_newest_sample_timestamp_seconds'
const askWithinMs = 5_000

/**
 * When the newest sample was collected that any dispatcher has archived, in milliseconds; null where
 * none of them answers or knows. A name that has several addresses is asked at each.
 */
export async function askNewest(
  urls: readonly string[],
  failed: (url: string, error: unknown) => void,
): Promise<number | null> {
  const answers = await Promise.all(
    urls.map(async (url) => {
      try {
        const each = await addressesOf(new URL(url))
        return await Promise.all(each.map((one) => ask(one, failed)))
      } catch (error) {
        failed(url, error)
        return []
      }
    }),
  )
  const known = answers.flat().filter((time) => time !== null)
  return known.length > 0 ? Math.max(...known) : null
}

async function addressesOf(url: URL): Promise<readonly URL[]> {
  // A certificate is for the name; one answer must do there.
  if (url.protocol === 'https:' || isIP(url.hostname) !== 0) return [url]
  const found = await lookup(url.hostname, { all: true, family: 4 })
  return found.map(({ address }) => Object.assign(new URL(url), { hostname: address }))
}

async function ask(
  url: URL,
  failed: (url: string, error: unknown) => void,
): Promise<number | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(askWithinMs) })
    if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`)
    return newestIn(await answer.text())
  } catch (error) {
    failed(url.href, error)
    return null
  }
}

/** The newest of all sources in what a dispatcher's `/metrics` says, in milliseconds. */
export function newestIn(metrics: string): number | null {
  const values = [...metrics.matchAll(new RegExp(`^${metric}(?:\\{[^}]*\\})? (\\S+)`, 'gm'))]
    .map(([, value]) => Number(value) * 1000)
    .filter(Number.isFinite)
  return values.length > 0 ? Math.max(...values) : null
}
