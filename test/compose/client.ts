import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import type { Stack } from './stack.ts'

interface Shown {
  readonly time: string
  readonly value: unknown
}

/** An operator's page: the first changes of a point that come over WebSocket. */
export async function watchPoint(stack: Stack, point: string, changes: number): Promise<Shown[]> {
  const client = createClient({
    url: `${stack.hmiUrl.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
  })
  const seen: Shown[] = []
  try {
    const query = 'subscription ($points: [ID!]!) { samples(points: $points) { time value } }'
    const variables = { points: [point] }
    for await (const { data } of client.iterate<{ samples: Shown[] }>({ query, variables })) {
      seen.push(...(data?.samples ?? []))
      if (seen.length >= changes) break
    }
    return seen
  } finally {
    await client.dispose()
  }
}

/** What the API answers of a point's last minutes. */
export async function historyOf(stack: Stack, point: string): Promise<readonly Shown[]> {
  const query = `query ($points: [ID!]!, $from: DateTime!, $to: DateTime!) {
    history(points: $points, from: $from, to: $to, maxPoints: 10000) { samples { time value } } }`
  const [from, to] = [Date.now() - 600_000, Date.now()].map((ms) => new Date(ms).toISOString())
  const data = await askApi<{ history: [{ samples: Shown[] }] }>(stack, query, {
    ...{ points: [point], from, to },
  })
  return data.history[0].samples
}

/** The states of alarms that are set or wait to be acknowledged, by id. */
export async function openAlarms(stack: Stack): Promise<ReadonlyMap<string, string>> {
  const query = '{ alarms(filter: { active: true }) { id state } }'
  const { alarms } = await askApi<{ alarms: { id: string; state: string }[] }>(stack, query, {})
  return new Map(alarms.map(({ id, state }) => [id, state]))
}

async function askApi<T>(stack: Stack, query: string, variables: object): Promise<T> {
  const answer = await fetch(`${stack.hmiUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await answer.json()) as { data: T | null; errors?: unknown }
  if (data === null || errors) throw new Error(JSON.stringify(errors))
  return data
}
