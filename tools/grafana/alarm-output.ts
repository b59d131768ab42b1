import { chosen, graph, rate, stat, sumBy } from './panel.ts'
import { serviceDashboard } from './service.ts'

/** The way of a value from the BSDB to operators, archive and Alertmanager. */
export const alarmOutput = [
  serviceDashboard({
    name: 'alarm-supervisor',
    description: 'Runs the DASUs: works alarms out of the values on the BSDB.',
    records: 'values',
    rows: [
      {
        title: 'DASUs',
        panels: [
          stat(
            'Supervises',
            'Processes that run the DASUs: one; others stand by.',
            'none',
            [[`sum(${chosen('mla_alarm_supervising')})`, 'processes']],
            { thresholds: [1, 0.5], height: 8 },
          ),
          stat('DASUs', 'That run.', 'none', [[`sum(${chosen('mla_alarm_dasus')})`, 'DASUs']], {
            height: 8,
          }),
          stat(
            'Broken ASCEs',
            'Their transfer function failed or took too long; the others go on.',
            'none',
            [[`sum(${chosen('mla_alarm_asces_broken')})`, 'ASCEs']],
            { thresholds: [1, 1], height: 8 },
          ),
          graph('Evaluations', 'Of ASCEs.', 'ops', [
            [sumBy('instance', rate('mla_alarm_evaluations_total')), '{{instance}}'],
          ]),
          graph('Changes', 'Of alarms and synthetic parameters, sent to the BSDB.', 'ops', [
            [sumBy('instance', rate('mla_alarm_changes_total')), '{{instance}}'],
          ]),
          graph('What operators did', 'By outcome.', 'ops', [
            [sumBy('outcome', rate('mla_alarm_actions_total')), '{{outcome}}'],
          ]),
        ],
      },
    ],
  }),
  serviceDashboard({
    name: 'alarm-dispatcher',
    description: 'Archives the transitions of alarms, and mirrors alarms in Alertmanager.',
    records: 'values',
    rows: [
      {
        title: 'Alertmanager',
        panels: [
          graph('Alerts', 'Alarms in the last message that Alertmanager took.', 'none', [
            [sumBy('instance', chosen('mla_alertmanager_alerts')), '{{instance}}'],
          ]),
          graph(
            'Not taken',
            'Messages that Alertmanager did not take; they are sent again.',
            'ops',
            [[`sum(${rate('mla_alertmanager_failures_total')})`, 'messages']],
          ),
        ],
      },
    ],
  }),
]
