import { chosen, graph, rate, sumBy } from './panel.ts'
import { serviceDashboard } from './service.ts'

export const logConsumer = serviceDashboard({
  name: 'log-consumer',
  description: 'Takes log records from Kafka to the archive, and shows a selection at once.',
  records: 'log records',
  rows: [
    {
      title: 'Archive and live view',
      panels: [
        graph('Behind the bus', 'Messages that wait on Kafka for the group.', 'none', [
          [sumBy('group, topic', chosen('mla_bus_lag_messages')), '{{group}} {{topic}}'],
        ]),
        graph(
          'Open records',
          'Taken from the bus and not yet archived; Kafka is their journal.',
          'none',
          [[sumBy('instance', chosen('mla_archive_open_log_records')), '{{instance}}']],
        ),
        graph('Commits', 'Positions that are archived, committed to Kafka.', 'ops', [
          [sumBy('instance', rate('mla_archive_commits_total')), '{{instance}}'],
        ]),
        graph('Shown at once', 'Records of the selection for operators.', 'ops', [
          [sumBy('instance', rate('mla_log_live_total')), '{{instance}}'],
        ]),
        graph(
          'Not shown at once',
          'There were too many: they are in the archive, and in no live view.',
          'ops',
          [[sumBy('instance', rate('mla_log_live_shed_total')), '{{instance}}']],
        ),
      ],
    },
  ],
})
