import type { Dashboard } from './dashboard.ts'
import { chosen, graph, type Panel, rate, stat, variable } from './panel.ts'
import { usual } from './variable.ts'

const severe = 'priority=~"ERROR|CRITICAL|ALERT|EMERGENCY"'

/** The newest records that match what is typed above the dashboard. */
const records: Panel = {
  ...{ kind: 'table', title: 'Records', unit: 'short', width: 24, height: 16 },
  description: 'The newest 500 of the range that match what is typed above.',
  queries: [
    {
      graphql: `{ logs(filter: { minPriority: $priority, sources: [${variable('source:json')}], text: ${variable('search:json')} }, from: "${variable('__from:date:iso')}", to: "${variable('__to:date:iso')}", first: 500) { edges { node { time priority source host process message } } } }`,
      rows: 'data.logs.edges.node.{"time": time, "priority": priority, "source": source, "host": host, "process": process, "message": message}[]',
      columns: [
        { name: 'time', title: 'Time', type: 'timestamp' },
        { name: 'priority', title: 'Priority', type: 'string' },
        { name: 'source', title: 'Source', type: 'string' },
        { name: 'host', title: 'Host', type: 'string' },
        { name: 'process', title: 'Process', type: 'string' },
        { name: 'message', title: 'Message', type: 'string' },
      ],
    },
  ],
}

/** What is logged, by whom, how urgent, and what of it did not come through. */
export const logs: Dashboard = {
  uid: 'logs',
  title: 'Logs',
  description: 'What is logged, by whom, and how urgent; what does not come through, and why.',
  variables: [
    ...usual('up'),
    { kind: 'text', name: 'priority', label: 'At least', value: 'INFO' },
    { kind: 'text', name: 'source', label: 'Source', value: '**' },
    { kind: 'text', name: 'search', label: 'Text', value: '' },
  ],
  rows: [
    {
      title: 'How much',
      panels: [
        graph(
          'Archived, by priority',
          'Log records, a second.',
          'ops',
          [[`sum by (priority) (${rate('mla_log_records_total')})`, '{{priority}}']],
          { stacked: true },
        ),
        graph(
          'Archived, by source',
          'Log records, a second.',
          'ops',
          [[`sum by (source) (${rate('mla_log_records_total')})`, '{{source}}']],
          { stacked: true },
        ),
        graph('Errors, by source', 'Log records of ERROR and above, a second.', 'ops', [
          [`sum by (source) (${rate('mla_log_records_total', severe)})`, '{{source}}'],
        ]),
        graph('Volume', 'Bytes of log records that come in.', 'Bps', [
          [`sum by (source) (${rate('mla_log_bytes_total')})`, '{{source}}'],
        ]),
      ],
    },
    {
      title: 'What does not come through',
      panels: [
        graph('Left out by the CDB', 'Filters, rates, repetitions; by reason.', 'ops', [
          [`sum by (reason) (${rate('mla_log_withheld_total')})`, '{{reason}}'],
        ]),
        graph('Shed', 'Records that went since a queue or the spool was full.', 'ops', [
          [`sum by (priority) (${rate('mla_log_shed_total')})`, '{{priority}}'],
        ]),
        graph('Not understood', 'No recipe understands them; they are kept whole.', 'ops', [
          [`sum by (source) (${rate('mla_log_not_understood_total')})`, '{{source}}'],
        ]),
        stat(
          'Waiting for the archive',
          'Messages on Kafka that the log consumers have not read.',
          'none',
          [[`sum(${chosen('mla_bus_lag_messages', 'topic="log.records"')})`, 'messages']],
          { thresholds: [1000, 10_000], height: 8, width: 8 },
        ),
      ],
    },
    { title: 'Records', panels: [records] },
  ],
}
