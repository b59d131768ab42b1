import { chosen, graph, type Panel, stat, variable } from './panel.ts'

const range = `from: "${variable('__from:date:iso')}", to: "${variable('__to:date:iso')}"`
const called = (by = ''): string =>
  `sum${by && ` by (${by})`}(increase(${chosen('mla_alarm_annunciations_total')}[10m]))`
const within = (part: number): string =>
  `histogram_quantile(${part}, sum by (le) (increase(${chosen('mla_alarm_acknowledge_seconds_bucket')}[1h])))`

const list = (
  title: string,
  description: string,
  field: string,
  columns: readonly (readonly [name: string, title: string, type: 'timestamp' | 'number'])[],
): Panel => ({
  ...{ kind: 'table', title, description, unit: 'short', width: 8, height: 9 },
  queries: [
    {
      graphql: `{ alarmFigures(${range}) { ${field} { alarm ${columns.map(([name]) => name).join(' ')} } } }`,
      rows: `data.alarmFigures.${field}.{"alarm": alarm, ${columns.map(([name]) => `"${name}": ${name}`).join(', ')}}[]`,
      columns: [
        { name: 'alarm', title: 'Alarm', type: 'string' },
        ...columns.map(([name, heading, type]) => ({ name, title: heading, type })),
      ],
    },
  ],
})

/** Whether operators can live with the alarms: the figures of ISA-18.2 and EEMUA 191. */
export const alarmFigures = {
  title: 'Figures of merit',
  panels: [
    stat(
      'In 10 minutes',
      'How often operators were called in the last ten minutes: 1 is manageable, more than 10 is a flood.',
      'none',
      [[`${called()} or vector(0)`, 'calls']],
      { thresholds: [2, 10], height: 8 },
    ),
    stat(
      'Chattering',
      'Alarms that called three times within a minute, in the last ten minutes.',
      'none',
      [[`sum(${chosen('mla_alarms_chattering')}) or vector(0)`, 'alarms']],
      { thresholds: [1, 3], height: 8 },
    ),
    stat(
      'Stale',
      'Alarms that are set for longer than a day; EEMUA 191 wants fewer than five.',
      'none',
      [[`sum(${chosen('mla_alarms_stale')}) or vector(0)`, 'alarms']],
      { thresholds: [1, 5], height: 8 },
    ),
    stat(
      'Escalated',
      'Alarms that wait longer to be acknowledged than they may.',
      'none',
      [[`sum(${chosen('mla_alarms_escalated')}) or vector(0)`, 'alarms']],
      { thresholds: [1, 1], height: 8 },
    ),
    graph('Calls in 10 minutes', 'How often operators were called, by priority.', 'none', [
      [called('priority'), '{{priority}}'],
    ]),
    graph('Time to acknowledge', 'Of the last hour, from set to acknowledged.', 's', [
      [within(0.5), 'half'],
      [within(0.9), '90 %'],
    ]),
    list('Most frequent', 'The ten that called most, in the range.', 'mostFrequent', [
      ['count', 'Calls', 'number'],
    ]),
    list('Chattering in the range', 'The most calls within a minute.', 'chattering', [
      ['count', 'In a minute', 'number'],
    ]),
    list('Stale at the end', 'Set for longer than a day at the end of the range.', 'stale', [
      ['since', 'Since', 'timestamp'],
    ]),
  ],
} as const
