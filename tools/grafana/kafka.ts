import type { Dashboard } from './dashboard.ts'
import { jvm } from './jvm.ts'
import { chosen, graph, rate, stat, sumBy } from './panel.ts'
import { usual } from './variable.ts'

export const kafka: Dashboard = {
  ...{ uid: 'kafka', title: 'Kafka', description: 'The brokers, by the JMX exporter.' },
  variables: usual('kafka_broker_state'),
  rows: [
    {
      title: 'Is it whole?',
      panels: [
        stat('Brokers', 'That answer Prometheus.', 'none', [[`sum(${chosen('up')})`, 'brokers']]),
        stat('Controllers', 'That are active: one.', 'none', [
          [`sum(${chosen('kafka_controller_activecontrollercount')})`, 'active'],
        ]),
        stat(
          'Offline partitions',
          'Without any broker that serves them.',
          'none',
          [[`max(${chosen('kafka_controller_offlinepartitionscount')})`, 'offline']],
          { thresholds: [1, 1] },
        ),
        stat(
          'Copies missing',
          'Partitions with fewer copies in sync than they should have.',
          'none',
          [[`sum(${chosen('kafka_replicamanager_underreplicatedpartitions')})`, 'partitions']],
          { thresholds: [1, 10] },
        ),
        stat(
          'Too few copies to write',
          'Partitions that take no writes for want of copies.',
          'none',
          [[`sum(${chosen('kafka_replicamanager_underminisrpartitioncount')})`, 'partitions']],
          { thresholds: [1, 1] },
        ),
        stat(
          'Failed disks',
          'Data directories that a broker has given up.',
          'none',
          [[`sum(${chosen('kafka_log_offline_directories')})`, 'directories']],
          { thresholds: [1, 1] },
        ),
      ],
    },
    {
      title: 'Topics',
      panels: [
        graph('Messages in', 'By topic. One message carries many records.', 'ops', [
          [sumBy('topic', rate('kafka_topic_messagesin_total')), '{{topic}}'],
        ]),
        graph('Bytes in', 'By topic, compressed as they come.', 'Bps', [
          [sumBy('topic', rate('kafka_topic_bytesin_total')), '{{topic}}'],
        ]),
        graph('Bytes out', 'By topic, to all who read.', 'Bps', [
          [sumBy('topic', rate('kafka_topic_bytesout_total')), '{{topic}}'],
        ]),
        graph(
          'On disk',
          'Size of each topic, all copies.',
          'bytes',
          [[sumBy('topic', chosen('kafka_log_size_bytes')), '{{topic}}']],
          { stacked: true },
        ),
        graph('Partitions', 'That each broker has, and leads.', 'none', [
          [chosen('kafka_replicamanager_partitioncount'), 'has {{instance}}'],
          [chosen('kafka_replicamanager_leadercount'), 'leads {{instance}}'],
        ]),
        graph(
          'Copies falling behind',
          'Partitions whose set of copies in sync shrank or grew.',
          'ops',
          [
            [
              sumBy('instance', rate('kafka_replicamanager_isrshrinks_total')),
              'shrank {{instance}}',
            ],
            [sumBy('instance', rate('kafka_replicamanager_isrexpands_total')), 'grew {{instance}}'],
          ],
        ),
      ],
    },
    {
      title: 'Requests',
      panels: [
        graph('Requests', 'By kind.', 'ops', [
          [sumBy('request', rate('kafka_requests_total')), '{{request}}'],
        ]),
        graph(
          'Time of a request, 99 of 100',
          'A consumer’s fetch waits for data up to half a second.',
          's',
          [[`max by (request) (${chosen('kafka_request_p99_seconds')})`, '{{request}}']],
        ),
        graph('Failed requests', 'That the broker refused.', 'ops', [
          [`sum(${rate('kafka_broker_failedproducerequests_total')})`, 'produce'],
          [`sum(${rate('kafka_broker_failedfetchrequests_total')})`, 'fetch'],
        ]),
        graph(
          'Idle time of the handlers',
          'Of those that do the requests and those that read from the network; near 0 it is full.',
          'percentunit',
          [
            [
              `clamp_max(${chosen('kafka_request_handler_idle_ratio')}, 1)`,
              'requests {{instance}}',
            ],
            [chosen('kafka_network_processor_idle_ratio'), 'network {{instance}}'],
          ],
        ),
        graph('Connections', 'By listener.', 'none', [
          [sumBy('listener', chosen('kafka_connections')), '{{listener}}'],
        ]),
        graph('Requests waiting', 'In the queue before the handlers.', 'none', [
          [chosen('kafka_request_queue_size'), '{{instance}}'],
        ]),
      ],
    },
    { title: 'The process', panels: jvm },
  ],
}
