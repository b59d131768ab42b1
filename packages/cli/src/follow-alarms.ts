import { alarmFields, type ShownAlarm } from './alarm-lines.ts'
import type { Cli } from './cli.ts'
import { followSubscription } from './follow-subscription.ts'

const query = `subscription ($filter: AlarmFilter) { alarms(filter: $filter) { ${alarmFields} } }`

/** Hands out alarms as they change, until Ctrl-C: first those that match. */
export function followAlarms(
  cli: Cli,
  filter: Readonly<Record<string, unknown>>,
  print: (alarm: ShownAlarm) => void,
): Promise<void> {
  /** What was printed last of each: a snapshot after a lost connection says most of it again. */
  const known = new Map<string, string>()
  const take = ({ alarms }: { readonly alarms: readonly ShownAlarm[] }): void => {
    for (const alarm of alarms) {
      const text = JSON.stringify({ ...alarm, properties: null })
      if (known.get(alarm.id) === text) continue
      known.set(alarm.id, text)
      print(alarm)
    }
  }
  return followSubscription(cli, query, () => ({ filter }), take)
}
