import type { Dashboard } from './dashboard.ts'
import {
  chosen,
  graph,
  quantile,
  rate,
  stat,
  states,
  sumBy,
  table,
  variable,
  yesNo,
} from './panel.ts'
import { usual } from './variable.ts'

const to = (uid: string, title: string) => ({ link: { title, url: `/d/${uid}` } })
const collector = to('opcua-collector', 'The collector')
const dispatcher = to('mon-dispatcher', 'The dispatcher')
const hmi = to('hmi', 'The HMI')

/** Where one begins: is all well, and if not, where to look. */
export const overview: Dashboard = {
  uid: 'overview',
  title: 'Array overview',
  description: 'Is all well, and where to look if not. Each panel leads to the details.',
  variables: usual('up'),
  rows: [
    {
      title: 'Is all well?',
      panels: [
        stat(
          'Alerts',
          'That fire and are critical or warnings.',
          'none',
          [
            [
              'count(ALERTS{alertstate="firing", severity=~"critical|warning"}) or vector(0)',
              'alerts',
            ],
          ],
          { thresholds: [1, 1] },
        ),
        stat(
          'Processes that do not answer',
          'Of all that Prometheus knows.',
          'none',
          [[`count(${chosen('up')}) - sum(${chosen('up')})`, 'processes']],
          { thresholds: [1, 1] },
        ),
        stat(
          'Sources connected',
          'Share of the OPC-UA servers that values come from.',
          'percentunit',
          [[`avg(max by (source) (${chosen('mla_source_connected')}))`, 'connected']],
          { thresholds: [1, 0.9], ...collector },
        ),
        stat(
          'Points',
          'That OPC-UA servers watch for us.',
          'none',
          [[`sum(${chosen('mla_points_watched')})`, 'points']],
          collector,
        ),
        stat(
          'Age of what operators see',
          'The newest sample in the HMI; some seconds.',
          's',
          [[`max(time() - ${chosen('mla_hmi_newest_sample_timestamp_seconds')})`, 'age']],
          { thresholds: [10, 60], ...hmi },
        ),
        stat(
          'Age of the archive',
          'The newest sample that is archived, of the source that is worst; up to five minutes.',
          's',
          [
            [
              `max(time() - max by (source) (${chosen('mla_archive_newest_sample_timestamp_seconds')}))`,
              'age',
            ],
          ],
          { thresholds: [600, 900], ...dispatcher },
        ),
        table(
          'Processes',
          'All that Prometheus asks, and whether they answer. The name leads to the dashboard.',
          'bool',
          [[sumBy('job, instance', chosen('up')), '']],
          {
            ...{ words: yesNo, thresholds: [1, 0.5], width: 8 },
            link: { title: 'Its dashboard', url: `/d/${variable('__data.fields.job')}` },
          },
        ),
        states(
          'Sources',
          'Whether values come from each OPC-UA server.',
          'bool',
          [[`max by (source) (${chosen('mla_source_connected')})`, '{{source}}']],
          { words: yesNo, thresholds: [1, 0.5], width: 16, ...collector },
        ),
      ],
    },
    {
      title: 'The path of a sample',
      panels: [
        graph('Received', 'Records a second that come in to each service.', 'ops', [
          [sumBy('job', rate('mla_records_received_total')), '{{job}}'],
        ]),
        graph('Handed on', 'Records a second that each service hands on, safely.', 'ops', [
          [sumBy('job', rate('mla_records_sent_total')), '{{job}}'],
        ]),
        graph(
          'Not handed on',
          'Records a second, by service and reason. Every kind is counted.',
          'ops',
          [[sumBy('job, reason', rate('mla_records_rejected_total')), '{{job}}: {{reason}}']],
          { stacked: true },
        ),
        graph(
          'Age of the newest archived sample',
          'Of each source; up to five minutes and back.',
          's',
          [
            [
              `time() - max by (source) (${chosen('mla_archive_newest_sample_timestamp_seconds')})`,
              '{{source}}',
            ],
          ],
          dispatcher,
        ),
        graph(
          'Behind the bus',
          'Messages that wait on Kafka for each group.',
          'none',
          [[sumBy('group, topic', chosen('mla_bus_lag_messages')), '{{group}} {{topic}}']],
          dispatcher,
        ),
        graph(
          'Waiting in the collectors',
          'In the spool on disk, and in memory.',
          'bytes',
          [
            [`sum(${chosen('mla_spool_bytes')})`, 'disk'],
            [`sum(${chosen('mla_queue_bytes')})`, 'memory'],
          ],
          collector,
        ),
        graph(
          'Time to publish, 99 of 100',
          'Until Kafka has a group of batches safely.',
          's',
          [[quantile(0.99, 'mla_publish_seconds'), '{{job}}']],
          collector,
        ),
        graph(
          'Operators',
          'WebSockets that are open, and what they have subscribed to.',
          'none',
          [
            [`sum(${chosen('mla_hmi_clients')})`, 'clients'],
            [`sum(${chosen('mla_hmi_subscriptions')})`, 'subscriptions'],
          ],
          hmi,
        ),
        graph(
          'Time of a request, 99 of 100',
          'Of GraphQL requests to the HMI.',
          's',
          [[quantile(0.99, 'mla_hmi_query_seconds'), '{{job}}']],
          hmi,
        ),
      ],
    },
    {
      title: 'What it runs on',
      panels: [
        graph(
          'Memory',
          'Of each process.',
          'bytes',
          [[sumBy('job', chosen('process_resident_memory_bytes')), '{{job}}']],
          { stacked: true },
        ),
        graph(
          'CPU',
          'Cores that each service takes.',
          'none',
          [[sumBy('job', rate('process_cpu_seconds_total')), '{{job}}']],
          { stacked: true },
        ),
        graph(
          'Hosts',
          'Share of the cores that is busy, and of the memory that is used.',
          'percentunit',
          [
            [
              `1 - avg by (instance) (${rate('node_cpu_seconds_total', 'mode="idle"')})`,
              'CPU {{instance}}',
            ],
            [
              `1 - ${chosen('node_memory_MemAvailable_bytes')} / ${chosen('node_memory_MemTotal_bytes')}`,
              'memory {{instance}}',
            ],
          ],
          to('node', 'The hosts'),
        ),
        graph(
          'Kafka',
          'Messages a second, by topic.',
          'ops',
          [[sumBy('topic', rate('kafka_topic_messagesin_total')), '{{topic}}']],
          to('kafka', 'Kafka'),
        ),
        graph(
          'Cassandra',
          'Requests a second.',
          'ops',
          [[sumBy('request', rate('cassandra_client_requests_total')), '{{request}}']],
          to('cassandra', 'Cassandra'),
        ),
        graph(
          'Errors',
          'By service and code.',
          'ops',
          [[sumBy('job, code', rate('mla_errors_total')), '{{job}}: {{code}}']],
          { stacked: true },
        ),
      ],
    },
  ],
}
