import type { Output } from './cli.ts'
import { type ShownComponent, stateOfSubsystem } from './components.ts'
import { type Column, printTable } from './table.ts'

/** Counts per second between two looks, by component. */
export type Rates = ReadonlyMap<string, { readonly received: number; readonly sent: number }>

const colours = { ONLINE: 'green', STANDBY: 'dim', FAULT: 'red', LOST: 'red' } as const
const paintState = (out: Output, state: string): string =>
  out.paint(state in colours ? colours[state as keyof typeof colours] : 'yellow', state)

/** Components, a line each, under their subsystems. */
export function printComponents(
  out: Output,
  components: readonly ShownComponent[],
  nowMs: number,
  rates: Rates = new Map(),
): void {
  const subsystems = [...new Set(components.map(({ subsystem }) => subsystem))]
  const rows = subsystems.flatMap((name) => {
    const members = components.filter(({ subsystem }) => subsystem === name)
    return [{ name, state: stateOfSubsystem(members) }, ...members]
  })
  const of =
    (text: (component: ShownComponent) => string) =>
    (row: (typeof rows)[number]): string =>
      'id' in row ? text(row) : ''
  const columns: Column<(typeof rows)[number]>[] = [
    { title: 'COMPONENT', text: (row) => ('id' in row ? `  ${row.id}` : row.name) },
    { title: 'STATE', text: (row) => row.state },
    { title: 'FOR', align: 'right', text: of(({ since }) => ageOf(since, nowMs)) },
    { title: 'BEAT', align: 'right', text: of((one) => ageOf(one.lastHeartbeat, nowMs)) },
    { title: 'VERSION', text: of(({ version }) => version) },
    { title: 'CONFIG', text: of((one) => shortConfiguration(one)) },
    { title: 'LAG', align: 'right', text: of((one) => countOf(one, 'lag')) },
    ...(rates.size > 0 ? rateColumns(rates, of) : countColumns(of)),
    { title: 'REJECTED', align: 'right', text: of((one) => countOf(one, 'rejected')) },
    { title: 'CPU%', align: 'right', text: of((one) => numberOf(one, 'cpuPercent', 1)) },
    { title: 'MB', align: 'right', text: of((one) => numberOf(one, 'memoryBytes', 2 ** 20)) },
    { title: 'REASON', text: of(({ reason }) => reason ?? '') },
  ]
  printTable(out, rows, columns, (line, { state }) =>
    line.replace(new RegExp(`(?<= )${state}(?= |$)`), paintState(out, state)),
  )
}

type Of = (text: (component: ShownComponent) => string) => (row: never) => string

const countColumns = (of: Of): Column<never>[] =>
  (['received', 'sent'] as const).map((name) => ({
    title: name.toUpperCase(),
    align: 'right',
    text: of((one) => countOf(one, name)),
  }))

const rateColumns = (rates: Rates, of: Of): Column<never>[] =>
  (['received', 'sent'] as const).map((name) => ({
    title: `${name.toUpperCase()}/s`,
    align: 'right',
    text: of(({ id }) => rates.get(id)?.[name].toFixed(0) ?? ''),
  }))

const shortConfiguration = ({ configuration, configurationProblem }: ShownComponent): string =>
  `${configuration?.slice(0, 8) ?? '-'}${configurationProblem === null ? '' : ' (refused newer)'}`

function countOf({ figures }: ShownComponent, name: string): string {
  const value = figures?.[name]
  if (value === undefined) return '-'
  return value < 100_000 ? String(value) : `${(value / 1e6).toFixed(2)}M`
}

function numberOf({ figures }: ShownComponent, name: string, unit: number): string {
  const value = figures?.[name]
  return value === undefined ? '-' : (value / unit).toFixed(0)
}

/** `4s`, `12m`, `3h`, `2d`: how long ago. */
export function ageOf(time: string, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(time)) / 1000))
  if (seconds < 120) return `${seconds}s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`
}
