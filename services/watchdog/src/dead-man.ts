import type { IncomingMessage } from 'node:http'
import { z } from 'zod'

/** As Alertmanager's webhook, version 4, sends it: what we look at of it. */
const notification = z.object({
  alerts: z.array(z.object({ status: z.string(), labels: z.object({ alertname: z.string() }) })),
})
const maxBytes = 1024 * 1024

/** True where it says that the dead-man alert fires; null where it is no notification at all. */
export function saysDeadMan(body: string): boolean | null {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return null
  }
  const parsed = notification.safeParse(json)
  if (!parsed.success) return null
  return parsed.data.alerts.some(
    ({ status, labels }) => status === 'firing' && labels.alertname === 'MLADeadMan',
  )
}

/** The body of a request; null where it is longer than a notification can be. */
export async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > maxBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
