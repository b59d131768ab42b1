import { until } from '../system/system.ts'
import type { Stack } from './stack.ts'

interface Target {
  readonly labels: Readonly<Record<string, string>>
  readonly scrapeUrl: string
  readonly health: string
  readonly lastError: string
}

/** What Prometheus scrapes now. */
export async function targetsOf(stack: Stack): Promise<readonly Target[]> {
  const answer = await fetch(`${stack.prometheusUrl}/api/v1/targets?state=active`)
  const { data } = (await answer.json()) as { data: { activeTargets: Target[] } }
  return data.activeTargets
}

/** Waits until Alertmanager has one of these alerts; its name. */
export async function alerted(stack: Stack, names: readonly string[]): Promise<string> {
  let found: string | undefined
  await until(
    `one of the alerts ${names.join(', ')}`,
    async () => {
      const firing = await alertsOf(stack)
      found = names.find((name) => firing.includes(name))
      return found !== undefined
    },
    300_000,
  )
  return found ?? ''
}

export async function calm(stack: Stack, names: readonly string[]): Promise<void> {
  await until(
    `the end of ${names.join(', ')}`,
    async () => !(await alertsOf(stack)).some((name) => names.includes(name)),
    420_000,
  )
}

/** Names of the alerts that fire. */
export async function alertsOf(stack: Stack): Promise<readonly string[]> {
  const answer = await fetch(`${stack.alertmanagerUrl}/api/v2/alerts?active=true`)
  const alerts = (await answer.json()) as { labels: { alertname: string } }[]
  return alerts.map(({ labels }) => labels.alertname)
}
