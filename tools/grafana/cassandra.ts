import type { Dashboard } from './dashboard.ts'
import { jvm } from './jvm.ts'
import { chosen, graph, rate, stat, sumBy } from './panel.ts'
import { usual } from './variable.ts'

export const cassandra: Dashboard = {
  ...{
    uid: 'cassandra',
    title: 'Cassandra',
    description: 'The archive’s nodes, by the JMX exporter.',
  },
  variables: usual('cassandra_storage_load_bytes'),
  rows: [
    {
      title: 'Is it whole?',
      panels: [
        stat('Nodes', 'That answer Prometheus.', 'none', [[`sum(${chosen('up')})`, 'nodes']]),
        stat(
          'Nodes down',
          'As the others see it.',
          'none',
          [[`max(${chosen('cassandra_endpoints_down')})`, 'down']],
          { thresholds: [1, 2] },
        ),
        stat('Data', 'On all nodes together.', 'bytes', [
          [`sum(${chosen('cassandra_storage_load_bytes')})`, 'data'],
        ]),
        stat(
          'Exceptions',
          'That Cassandra did not expect, in an hour.',
          'none',
          [[`sum(increase(${chosen('cassandra_storage_exceptions_total')}[1h]))`, 'exceptions']],
          { thresholds: [1, 10] },
        ),
        stat(
          'Compactions to do',
          'On the node that has most.',
          'none',
          [[`max(${chosen('cassandra_compaction_pending_tasks')})`, 'tasks']],
          { thresholds: [30, 100] },
        ),
        stat('Clients', 'Connections of clients.', 'none', [
          [`sum(${chosen('cassandra_clients')})`, 'connections'],
        ]),
      ],
    },
    {
      title: 'Requests',
      panels: [
        graph('Requests', 'Of clients, by kind.', 'ops', [
          [sumBy('request', rate('cassandra_client_requests_total')), '{{request}}'],
        ]),
        graph('Time of a request', 'Half of them, and 99 of 100.', 's', [
          [
            `max by (request) (${chosen('cassandra_client_request_p50_seconds')})`,
            'half {{request}}',
          ],
          [
            `max by (request) (${chosen('cassandra_client_request_p99_seconds')})`,
            '99 of 100 {{request}}',
          ],
        ]),
        graph('Failed requests', 'Time-outs, too few nodes, errors.', 'ops', [
          [
            sumBy('request', rate('cassandra_client_request_timeouts_total')),
            'time-out {{request}}',
          ],
          [
            sumBy('request', rate('cassandra_client_request_unavailables_total')),
            'unavailable {{request}}',
          ],
          [sumBy('request', rate('cassandra_client_request_failures_total')), 'failed {{request}}'],
        ]),
        graph('Dropped messages', 'Too late to be of use, by kind.', 'ops', [
          [sumBy('message', rate('cassandra_dropped_messages_total')), '{{message}}'],
        ]),
        graph('Work waiting', 'Tasks in front of each pool of threads.', 'none', [
          [sumBy('pool', chosen('cassandra_pool_pendingtasks')), '{{pool}}'],
        ]),
        graph('Work in hand', 'Tasks in each pool of threads.', 'none', [
          [sumBy('pool', chosen('cassandra_pool_activetasks')), '{{pool}}'],
        ]),
      ],
    },
    {
      title: 'On disk',
      panels: [
        graph(
          'Tables',
          'Size of each table.',
          'bytes',
          [
            [
              sumBy('keyspace, table', chosen('cassandra_table_disk_bytes')),
              '{{keyspace}}.{{table}}',
            ],
          ],
          { stacked: true },
        ),
        graph('Files of a table', 'That compaction has not merged.', 'none', [
          [
            `max by (keyspace, table) (${chosen('cassandra_table_sstables')})`,
            '{{keyspace}}.{{table}}',
          ],
        ]),
        graph('Compaction', 'Bytes rewritten.', 'Bps', [
          [sumBy('instance', rate('cassandra_compaction_bytes_total')), '{{instance}}'],
        ]),
        graph('Commit log', 'Bytes not yet in tables.', 'bytes', [
          [sumBy('instance', chosen('cassandra_commitlog_size_bytes')), '{{instance}}'],
        ]),
        graph('Hints', 'Writes kept for nodes that are away.', 'ops', [
          [sumBy('instance', rate('cassandra_storage_hints_total')), '{{instance}}'],
        ]),
      ],
    },
    { title: 'The process', panels: jvm },
  ],
}
