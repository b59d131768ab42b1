import { mkdirSync, writeFileSync } from 'node:fs'
import { alarms } from './alarms.ts'
import { cassandra } from './cassandra.ts'
import { type Dashboard, dashboardJson } from './dashboard.ts'
import { hosts } from './hosts.ts'
import { kafka } from './kafka.ts'
import { logs } from './logs.ts'
import { overview } from './overview.ts'
import { monitoringPoints } from './points.ts'
import { services } from './services.ts'

export const dashboards: readonly Dashboard[] = [
  overview,
  monitoringPoints,
  logs,
  alarms,
  ...services,
  kafka,
  cassandra,
  hosts,
]

/** Writes every dashboard to its file, as Grafana is given it. */
export function writeDashboards(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const dashboard of dashboards) {
    const text = JSON.stringify(dashboardJson(dashboard), null, 2)
    writeFileSync(`${folder}/${dashboard.uid}.json`, `${text}\n`)
  }
}
