import { chosen, graph, quantile, rate, stat, sumBy, yesNo } from './panel.ts'
import { serviceDashboard } from './service.ts'

export const logCollector = serviceDashboard({
  name: 'log-collector',
  description: 'Takes log records from whoever sends them to Kafka, over a spool on disk.',
  records: 'log records',
  rows: [
    {
      title: 'Senders',
      panels: [
        graph('Records, by source', 'That were let through.', 'ops', [
          [sumBy('source', rate('mla_log_received_total')), '{{source}}'],
        ]),
        graph('Records, by priority', 'That were let through.', 'ops', [
          [sumBy('priority', rate('mla_log_received_total')), '{{priority}}'],
        ]),
        graph('Bytes', 'Of the records, by source.', 'Bps', [
          [sumBy('source', rate('mla_log_bytes_total')), '{{source}}'],
        ]),
        graph('Left out, by reason', 'As the CDB says: filters, rates, repetitions.', 'ops', [
          [sumBy('reason', rate('mla_log_withheld_total')), '{{reason}}'],
        ]),
        graph('Not understood', 'Records that no recipe understands; they are kept whole.', 'ops', [
          [sumBy('source', rate('mla_log_not_understood_total')), '{{source}}'],
        ]),
        graph('Problems', 'Packets, connections and files that could not be used.', 'ops', [
          [sumBy('source, reason', rate('mla_log_problems_total')), '{{source}}: {{reason}}'],
        ]),
        graph('Connections', 'That are open, by source.', 'none', [
          [sumBy('source', chosen('mla_log_connections')), '{{source}}'],
        ]),
        stat(
          'Addresses not listened on',
          'Since the port is taken, or needs rights.',
          'none',
          [[`sum(${chosen('mla_log_endpoints_failing')})`, 'addresses']],
          { thresholds: [1, 1], height: 8 },
        ),
        stat(
          'Senders wait',
          'TCP senders are made to wait while the queue is full.',
          'bool',
          [[`max(${chosen('mla_log_senders_slowed')})`, 'wait']],
          { thresholds: [1, 1], height: 8 },
        ),
      ],
    },
    {
      title: 'To Kafka',
      panels: [
        graph('Time to publish', 'Until Kafka has a group of batches safely.', 's', [
          [quantile(0.5, 'mla_publish_seconds'), 'half of them'],
          [quantile(0.99, 'mla_publish_seconds'), '99 of 100'],
        ]),
        stat(
          'Kafka takes records',
          '1 while it does.',
          'bool',
          [[`min(${chosen('mla_bus_up')})`, 'bus']],
          { words: yesNo, thresholds: [1, 0.5], height: 8 },
        ),
        graph('Waiting', 'Bytes in the spool on disk and in memory.', 'bytes', [
          [sumBy('instance', chosen('mla_spool_bytes')), 'disk {{instance}}'],
          [sumBy('instance', chosen('mla_queue_bytes')), 'memory {{instance}}'],
        ]),
        graph(
          'Made room',
          'Records that went since queue or spool were full, by priority.',
          'ops',
          [[sumBy('priority', rate('mla_log_shed_total')), '{{priority}}']],
        ),
      ],
    },
  ],
})
