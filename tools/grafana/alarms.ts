import { alarmFigures } from './alarm-figures.ts'
import type { Dashboard } from './dashboard.ts'
import { chosen, graph, type Panel, rate, stat, sumBy, variable } from './panel.ts'
import { usual } from './variable.ts'

const count = (labels: string): string => `sum(${chosen('mla_alarms', labels)}) or vector(0)`

const range = `from: "${variable('__from:date:iso')}", to: "${variable('__to:date:iso')}"`

const set: Panel = {
  ...{ kind: 'table', title: 'Set now', unit: 'short', width: 24, height: 10 },
  description: 'Alarms that are set, from our API; the page of alarms acknowledges and shelves.',
  queries: [
    {
      graphql:
        '{ alarms(filter: { active: true }) { id state priority validity time description acknowledgedBy shelvedUntil } }',
      rows: 'data.alarms.{"alarm": id, "state": state, "priority": priority, "validity": validity, "time": time, "description": description, "by": acknowledgedBy, "shelved": shelvedUntil}[]',
      columns: [
        { name: 'alarm', title: 'Alarm', type: 'string' },
        { name: 'state', title: 'State', type: 'string' },
        { name: 'priority', title: 'Priority', type: 'string' },
        { name: 'validity', title: 'Validity', type: 'string' },
        { name: 'time', title: 'Since', type: 'timestamp' },
        { name: 'description', title: 'What it means', type: 'string' },
        { name: 'by', title: 'Acknowledged by', type: 'string' },
        { name: 'shelved', title: 'Shelved until', type: 'timestamp' },
      ],
    },
  ],
}

const history: Panel = {
  ...{ kind: 'table', title: 'What happened', unit: 'short', width: 24, height: 12 },
  description: 'The newest 500 transitions and actions in the range.',
  queries: [
    {
      graphql: `{ alarmHistory(${range}, first: 500, order: NEWEST) { edges { node { alarm time from to priority action user comment } } } }`,
      rows: 'data.alarmHistory.edges.node.{"time": time, "alarm": alarm, "from": from, "to": to, "priority": priority, "action": action, "user": user, "comment": comment}[]',
      columns: [
        { name: 'time', title: 'Time', type: 'timestamp' },
        { name: 'alarm', title: 'Alarm', type: 'string' },
        { name: 'from', title: 'From', type: 'string' },
        { name: 'to', title: 'To', type: 'string' },
        { name: 'priority', title: 'Priority', type: 'string' },
        { name: 'action', title: 'Action', type: 'string' },
        { name: 'user', title: 'By', type: 'string' },
        { name: 'comment', title: 'Comment', type: 'string' },
      ],
    },
  ],
}

/** What is set, what happened, and whether alarms are worked out at all. */
export const alarms: Dashboard = {
  uid: 'alarms',
  title: 'Alarms',
  description: 'What is set and what happened; whether values reach the alarms and are worked out.',
  variables: usual('mla_alarms'),
  rows: [
    {
      title: 'Now',
      panels: [
        stat(
          'Not acknowledged',
          'Alarms that wait for an operator.',
          'none',
          [[count('state=~".*_UNACK"'), 'alarms']],
          { thresholds: [1, 10] },
        ),
        stat(
          'Set',
          'Alarms whose condition holds.',
          'none',
          [[count('state=~"SET_.*"'), 'alarms']],
          {
            thresholds: [1, 10],
          },
        ),
        stat('Known', 'Alarms that are worked out.', 'none', [[count(''), 'alarms']]),
        graph(
          'Set, by priority',
          'Alarms whose condition holds.',
          'none',
          [[sumBy('priority', chosen('mla_alarms', 'state=~"SET_.*"')), '{{priority}}']],
          { stacked: true, width: 12 },
        ),
      ],
    },
    { title: 'Which', panels: [set, history] },
    alarmFigures,
    {
      title: 'The way of a value',
      panels: [
        graph('Handed on', 'Values that each service has passed to the next.', 'ops', [
          [sumBy('job', rate('mla_records_sent_total', 'job=~"alarm-.*"')), '{{job}}'],
        ]),
        graph('Not handed on', 'Copies, dead letters and what is no value, by service.', 'ops', [
          [
            sumBy('job, reason', rate('mla_records_rejected_total', 'job=~"alarm-.*"')),
            '{{job}} {{reason}}',
          ],
        ]),
        graph('Points for alarms', 'Values of monitoring points that alarms read.', 'ops', [
          [`sum(${rate('mla_alarm_input_values_total')})`, 'values'],
        ]),
      ],
    },
  ],
}
