import { alarmIntake } from './alarm-intake.ts'
import { alarmOutput } from './alarm-output.ts'
import { logCollector } from './log-collector.ts'
import { logConsumer } from './log-consumer.ts'
import { managerOf } from './manager.ts'
import { chosen, graph, noYes, quantile, rate, stat, states, sumBy, yesNo } from './panel.ts'
import { serviceDashboard } from './service.ts'

/** One for each service, in the order of the path of a sample. */
export const services = [
  serviceDashboard({
    name: 'opcua-collector',
    description: 'Takes values from OPC-UA servers to Kafka, over a spool on disk.',
    records: 'samples',
    rows: [
      {
        title: 'OPC-UA servers',
        panels: [
          states(
            'Connected',
            'Whether values can come from each source.',
            'bool',
            [[`max by (source) (${chosen('mla_source_connected')})`, '{{source}}']],
            { words: yesNo, thresholds: [1, 0.5], width: 16 },
          ),
          graph('Connections lost', 'Times that values were cut off, an hour.', 'none', [
            [`sum by (source) (increase(${chosen('mla_source_losses_total')}[1h]))`, '{{source}}'],
          ]),
          graph('Points', 'Watched by the servers for us, refused by them, faulty.', 'none', [
            [`sum(${chosen('mla_points_watched')})`, 'watched'],
            [`sum(${chosen('mla_points_failed')})`, 'refused'],
            [`sum(${chosen('mla_points_faulty')})`, 'faulty'],
          ]),
          graph(
            'Values that are not what the CDB says',
            'They are sent on as BAD, by reason.',
            'ops',
            [[sumBy('reason', rate('mla_faulty_values_total')), '{{reason}}']],
          ),
          graph('Gap markers', 'Holes in the data that were marked as such, by reason.', 'ops', [
            [sumBy('reason', rate('mla_gap_markers_total')), '{{reason}}'],
          ]),
          graph(
            'Strange values',
            'Lost in a server’s queue (overflow bit), or with a time far from our clock.',
            'ops',
            [
              [`sum(${rate('mla_overflow_values_total')})`, 'overflow'],
              [
                sumBy('direction', rate('mla_implausible_times_total')),
                'time in the {{direction}}',
              ],
            ],
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
          graph('Batches', 'Messages that Kafka has taken.', 'ops', [
            [sumBy('instance', rate('mla_batches_total')), '{{instance}}'],
          ]),
          stat(
            'Kafka takes samples',
            '1 while it does.',
            'bool',
            [[`min(${chosen('mla_bus_up')})`, 'bus']],
            { words: yesNo, thresholds: [1, 0.5], height: 8 },
          ),
          stat(
            'Spool used',
            'Of what it may have; at 100 % the oldest samples go.',
            'percentunit',
            [[`max(${chosen('mla_spool_bytes')} / ${chosen('mla_spool_limit_bytes')})`, 'used']],
            { thresholds: [0.3, 0.7], height: 8 },
          ),
          graph('Waiting', 'Bytes in the spool on disk and in memory.', 'bytes', [
            [sumBy('instance', chosen('mla_spool_bytes')), 'disk {{instance}}'],
            [sumBy('instance', chosen('mla_queue_bytes')), 'memory {{instance}}'],
          ]),
        ],
      },
    ],
  }),
  serviceDashboard({
    name: 'mon-dispatcher',
    description: 'Takes samples from Kafka to the archive, each exactly once.',
    records: 'samples',
    rows: [
      {
        title: 'Archive',
        panels: [
          graph(
            'Age of the newest archived sample',
            'Of each source. It goes up to the time between two cuts (five minutes) and back.',
            's',
            [
              [
                `time() - max by (source) (${chosen('mla_archive_newest_sample_timestamp_seconds')})`,
                '{{source}}',
              ],
            ],
            { thresholds: [600, 900] },
          ),
          graph('Behind the bus', 'Messages that wait on Kafka for the group.', 'none', [
            [sumBy('group, topic', chosen('mla_bus_lag_messages')), '{{group}} {{topic}}'],
          ]),
          graph(
            'Open samples',
            'Taken from the bus and not yet archived; Kafka is their journal.',
            'none',
            [[sumBy('instance', chosen('mla_archive_open_samples')), '{{instance}}']],
          ),
          graph(
            'Commits',
            'Positions committed to Kafka, after what lies before them is stored.',
            'ops',
            [[sumBy('instance', rate('mla_archive_commits_total')), '{{instance}}']],
          ),
          graph('Strange times', 'Samples with a stamp far from the clock; they are kept.', 'ops', [
            [sumBy('flag', rate('mla_samples_time_flagged_total')), '{{flag}}'],
          ]),
        ],
      },
    ],
  }),
  serviceDashboard({
    name: 'hmi',
    description: 'Serves the operators’ page and the API; keeps the last minutes in memory.',
    records: 'samples',
    rows: [
      {
        title: 'Clients',
        panels: [
          graph('WebSockets', 'That are open, and what they have subscribed to.', 'none', [
            [sumBy('instance', chosen('mla_hmi_clients')), 'clients {{instance}}'],
            [sumBy('instance', chosen('mla_hmi_subscriptions')), 'subscriptions {{instance}}'],
          ]),
          graph(
            'Folded and closed',
            'Samples folded for slow clients, and clients closed by us.',
            'ops',
            [
              [`sum(${rate('mla_hmi_missed_total')})`, 'folded samples'],
              [sumBy('reason', rate('mla_hmi_clients_closed_total')), 'closed: {{reason}}'],
            ],
          ),
          graph('Requests', 'GraphQL requests.', 'ops', [
            [sumBy('instance', rate('mla_hmi_query_seconds_count')), '{{instance}}'],
          ]),
          graph('Time of a request', 'Of GraphQL requests.', 's', [
            [quantile(0.5, 'mla_hmi_query_seconds'), 'half of them'],
            [quantile(0.99, 'mla_hmi_query_seconds'), '99 of 100'],
          ]),
        ],
      },
      {
        title: 'The last minutes, in memory',
        panels: [
          stat(
            'Age of the newest sample',
            'What operators see; some seconds.',
            's',
            [[`max(time() - ${chosen('mla_hmi_newest_sample_timestamp_seconds')})`, 'age']],
            { thresholds: [10, 60], height: 8 },
          ),
          stat(
            'Reaches back',
            'How far back memory holds every sample.',
            's',
            [[`min(${chosen('mla_hmi_hot_age_seconds')})`, 'back']],
            { height: 8 },
          ),
          graph('Samples and points', 'In memory.', 'none', [
            [sumBy('instance', chosen('mla_hmi_hot_samples')), 'samples {{instance}}'],
            [sumBy('instance', chosen('mla_hmi_hot_points')), 'points {{instance}}'],
          ]),
          graph('Bytes', 'Of the samples in memory.', 'bytes', [
            [sumBy('instance', chosen('mla_hmi_hot_bytes')), '{{instance}}'],
          ]),
          graph('Dropped for want of room', 'Samples that went before their time.', 'ops', [
            [sumBy('instance', rate('mla_hmi_hot_shed_total')), '{{instance}}'],
          ]),
        ],
      },
    ],
  }),
  serviceDashboard({
    name: 'opcua-simulator',
    description: 'OPC-UA servers of a whole array, with faults on request.',
    records: 'values',
    isComponent: false,
    rows: [
      {
        title: 'OPC-UA',
        panels: [
          graph('Sessions', 'Of clients.', 'none', [
            [sumBy('instance', chosen('mla_simulator_sessions')), '{{instance}}'],
          ]),
          graph('Monitored items', 'Of all sessions.', 'none', [
            [sumBy('instance', chosen('mla_simulator_monitored_items')), '{{instance}}'],
          ]),
          graph('Samples queued', 'To monitored items.', 'ops', [
            [sumBy('instance', rate('mla_simulator_queued_total')), '{{instance}}'],
          ]),
        ],
      },
    ],
  }),
  serviceDashboard({
    name: 'watchdog',
    description: 'Tells people when alerting falls silent or nothing is archived any more.',
    records: 'notifications and messages',
    isComponent: false,
    rows: [
      {
        title: 'What it watches',
        panels: [
          stat(
            'Dead-man heard',
            'Since the dead-man alert came last; half a minute.',
            's',
            [[`max(time() - ${chosen('mla_watchdog_dead_man_timestamp_seconds')})`, 'age']],
            { thresholds: [90, 180], height: 8 },
          ),
          stat(
            'Age of the archive',
            'Of the newest archived sample that it knows of.',
            's',
            [[`max(time() - ${chosen('mla_watchdog_newest_sample_timestamp_seconds')})`, 'age']],
            { thresholds: [600, 900], height: 8 },
          ),
          stat(
            'Ways to people',
            'Mail, webhook; with none it tells nobody.',
            'none',
            [[`sum(${chosen('mla_watchdog_channels')})`, 'channels']],
            { thresholds: [1, 0.5], height: 8 },
          ),
          states(
            'Incidents',
            'That go on.',
            'bool',
            [[`max by (incident) (${chosen('mla_watchdog_incident')})`, '{{incident}}']],
            { width: 12, thresholds: [1, 1], words: noYes },
          ),
        ],
      },
    ],
  }),
  logCollector,
  logConsumer,
  ...alarmIntake,
  ...alarmOutput,
  managerOf('mon', 'monitoring'),
  managerOf('log', 'logging'),
  managerOf('alarm', 'alarms'),
]
