import type { Cli } from './cli.ts'
import { Failure } from './failure.ts'
import { hmiUrl } from './graphql.ts'
import type { ShownLog } from './log-lines.ts'

/** All records of a range, oldest first, as the HMI streams them. Throws where it breaks off. */
export async function* streamLogs(
  cli: Cli,
  filter: Readonly<Record<string, unknown>>,
  range: { readonly from: string | null; readonly to: string | null },
): AsyncIterable<ShownLog> {
  let count = 0
  let rest = ''
  try {
    const decoder = new TextDecoder()
    for await (const piece of await open(cli, filter, range)) {
      const lines = (rest + decoder.decode(piece, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        count++
        yield JSON.parse(line) as ShownLog
      }
    }
  } catch (error) {
    if (cli.signal.aborted) return
    if (error instanceof Failure) throw error
    throw brokenOff(count)
  }
  if (rest !== '') throw brokenOff(count)
}

const brokenOff = (count: number): Failure =>
  new Failure(3, `the HMI broke off after ${count} records`, 'ask again from the last one on')

async function open(
  cli: Cli,
  filter: Readonly<Record<string, unknown>>,
  range: { readonly from: string | null; readonly to: string | null },
): Promise<AsyncIterable<Uint8Array>> {
  const url = new URL(`${hmiUrl(cli)}/logs/export`)
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value != null))
  url.searchParams.set('filter', JSON.stringify(given))
  url.searchParams.set('order', 'oldest')
  for (const [name, time] of Object.entries(range)) {
    if (time !== null) url.searchParams.set(name, time)
  }
  const token = cli.env['MLA_TOKEN']
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {}
  const response = await fetch(url, { headers, signal: cli.signal }).catch(() => {
    const cure = 'start it, or set MLA_URL to its address'
    throw new Failure(3, `the HMI at ${hmiUrl(cli)} does not answer`, cure)
  })
  if (response.ok && response.body) return response.body
  const { status } = response
  const message = messageIn(await response.text()) ?? `the HMI answers ${status}`
  if (status === 401 || status === 403) {
    throw new Failure(1, message, 'put a token that is valid into MLA_TOKEN')
  }
  throw status < 500
    ? new Failure(2, message, 'see --help')
    : new Failure(3, message, 'try again when it is back')
}

function messageIn(text: string): string | null {
  try {
    const body = JSON.parse(text) as {
      readonly message?: string
      readonly errors?: readonly { readonly message?: string }[]
    } | null
    return body?.errors?.[0]?.message ?? body?.message ?? null
  } catch {
    return null
  }
}
