import { chosen, graph, quantile, rate, stat, sumBy } from './panel.ts'
import { serviceDashboard } from './service.ts'

const behind = graph('Behind the bus', 'Messages that wait on Kafka for the group.', 'none', [
  [sumBy('group, topic', chosen('mla_bus_lag_messages')), '{{group}} {{topic}}'],
])

/** The way of a value from a plugin to the BSDB. */
export const alarmIntake = [
  serviceDashboard({
    name: 'alarm-acquisition',
    description: 'Takes what plugins of the alarm system send, without copies.',
    records: 'values',
    rows: [
      {
        title: 'Plugins',
        panels: [
          graph('Values over HTTP and TCP', 'That the bus has taken.', 'ops', [
            [sumBy('way', rate('mla_plugin_values_total')), '{{way}}'],
          ]),
          graph('Messages that are no good', 'By what is wrong with them.', 'ops', [
            [sumBy('way, reason', rate('mla_plugin_refused_total')), '{{way}}: {{reason}}'],
          ]),
          graph('Requests put off', 'For want of room, or while Kafka is away.', 'ops', [
            [`sum(${rate('mla_plugin_postponed_total')})`, 'requests'],
          ]),
          graph('Connections', 'Lines over TCP that are open.', 'none', [
            [sumBy('way', chosen('mla_plugin_connections')), '{{way}}'],
          ]),
          graph('Connections refused or broken', 'By reason.', 'ops', [
            [
              sumBy('way, reason', rate('mla_plugin_connections_refused_total')),
              '{{way}}: {{reason}}',
            ],
          ]),
          graph('Forgotten', 'Identifiers that the filter of copies has no room for.', 'ops', [
            [`sum(${rate('mla_repeat_filter_forgotten_total')})`, 'identifiers'],
          ]),
          behind,
        ],
      },
    ],
  }),
  serviceDashboard({
    name: 'alarm-converter',
    description: 'Makes IASIOs on the BSDB of what plugins send.',
    records: 'values',
    rows: [
      {
        title: 'Conversion',
        panels: [
          graph('Time to convert', 'From the Basic Alarm Queue to the BSDB.', 's', [
            [quantile(0.5, 'mla_conversion_seconds'), 'half of them'],
            [quantile(0.99, 'mla_conversion_seconds'), '99 of 100'],
          ]),
          graph('Dead letters', 'Values that no IASIO could be made of, kept to be seen.', 'ops', [
            [`sum(${rate('mla_dead_letters_total')})`, 'letters'],
          ]),
          stat(
            'IASIOs declared',
            'In the configuration in force.',
            'none',
            [[`max(${chosen('mla_iasios_declared')})`, 'IASIOs']],
            { height: 8 },
          ),
          behind,
        ],
      },
    ],
  }),
]
