import type { Cli } from './cli.ts'
import { followSubscription } from './follow-subscription.ts'
import { logFields, type ShownLog } from './log-lines.ts'

const query = `subscription ($filter: LogFilter, $since: DateTime) {
  logs(filter: $filter, since: $since) { ${logFields} } }`

/** Records of the last moments: what comes again after a new connection is known by its id. */
const mostKnown = 20_000

/** Hands out records as they come, until Ctrl-C; after a lost connection from the newest record on. */
export function followLogs(
  cli: Cli,
  filter: Readonly<Record<string, unknown>>,
  from: string,
  print: (record: ShownLog) => void,
): Promise<void> {
  const known = new Set<string>()
  let since = from
  const take = ({ logs }: { readonly logs: readonly ShownLog[] }): void => {
    for (const record of logs) {
      if (known.has(record.id)) continue
      known.add(record.id)
      if (known.size > mostKnown) known.delete(known.values().next().value as string)
      const time = Date.parse(record.time)
      if (time > Date.parse(since) && time <= Date.now()) since = record.time
      print(record)
    }
  }
  return followSubscription(cli, query, () => ({ filter, since }), take)
}
