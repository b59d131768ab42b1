import type { Dashboard, Row } from './dashboard.ts'
import { chosen, graph, type Panel, rate, stat, states, sumBy, table } from './panel.ts'
import { usual } from './variable.ts'

export interface ServiceDashboard {
  /** The service's name, word for word. */
  readonly name: string
  readonly description: string
  /** What one record of it is: `samples`. Without it nothing goes through the service. */
  readonly records?: string
  /** False for one that takes no commands. */
  readonly isComponent?: boolean
  readonly rows: readonly Row[]
}

/** A service's dashboard: how it is, what goes through it, its own rows, its process. */
export function serviceDashboard(service: ServiceDashboard): Dashboard {
  const { name, description, records, rows, isComponent = true } = service
  return {
    ...{ uid: name, title: name, description },
    variables: usual(`mla_build_info{service="${name}"}`),
    rows: [
      { title: 'How it is', panels: standing(isComponent) },
      ...(records ? [{ title: `What goes through it: ${records}`, panels: flow(records) }] : []),
      ...rows,
      { title: 'The process', panels: processPanels },
    ],
  }
}

const standing = (isComponent: boolean): readonly Panel[] => [
  stat('Answering', 'Processes that answer Prometheus.', 'none', [
    [`sum(${chosen('up')})`, 'processes'],
  ]),
  stat(
    'Ready',
    'Processes of which every part is ready; /health/ready says what is not.',
    'none',
    [[`sum(${chosen('mla_ready')})`, 'processes']],
    { thresholds: [1, 0.5] },
  ),
  stat('Running for', 'Since the youngest process was started.', 's', [
    [`min(time() - ${chosen('process_start_time_seconds')})`, 'age'],
  ]),
  table(
    'Versions',
    'What runs where.',
    'none',
    [[sumBy('instance, version', chosen('mla_build_info')), '']],
    { width: isComponent ? 6 : 12, height: 4 },
  ),
  ...(isComponent
    ? [
        states(
          'State of the component',
          'Where it is in its life; ONLINE is the usual.',
          'none',
          [
            [
              `max by (instance, state) (${chosen('mla_component_state')}) == 1`,
              '{{state}} {{instance}}',
            ],
          ],
          { width: 6, height: 4, words: { 1: { text: 'so', color: 'green' } } },
        ),
      ]
    : []),
]

const flow = (records: string): readonly Panel[] => [
  graph(
    'Received',
    `How many ${records} come in.`,
    'ops',
    [[sumBy('instance', rate('mla_records_received_total')), '{{instance}}']],
    { width: 6 },
  ),
  graph(
    'Sent',
    `How many ${records} are handed on, safely.`,
    'ops',
    [[sumBy('instance', rate('mla_records_sent_total')), '{{instance}}']],
    { width: 6 },
  ),
  graph(
    'Not sent on, by reason',
    `What of the ${records} does not go on, and why. Every kind is counted.`,
    'ops',
    [[sumBy('reason', rate('mla_records_rejected_total')), '{{reason}}']],
    { stacked: true, width: 6 },
  ),
  graph(
    'Errors, by code',
    'packages/model/src/errors.ts says what the codes mean; the log has a sentence for each.',
    'ops',
    [[sumBy('code', rate('mla_errors_total')), '{{code}}']],
    { stacked: true, width: 6 },
  ),
]

export const processPanels: readonly Panel[] = [
  graph('CPU', 'Cores that the process takes.', 'none', [
    [rate('process_cpu_seconds_total'), '{{instance}}'],
  ]),
  graph('Memory', 'What the process takes, and what of it is JavaScript’s heap.', 'bytes', [
    [chosen('process_resident_memory_bytes'), 'all {{instance}}'],
    [chosen('nodejs_heap_size_used_bytes'), 'heap {{instance}}'],
    [chosen('nodejs_external_memory_bytes'), 'buffers {{instance}}'],
  ]),
  graph(
    'Event loop, slowest of a hundred turns',
    'How long other work waits: above half a second it shows.',
    's',
    [[chosen('nodejs_eventloop_lag_p99_seconds'), '{{instance}}']],
  ),
  graph(
    'Garbage collection',
    'Share of the time, by kind; major ones stop everything else.',
    'percentunit',
    [[sumBy('kind', rate('nodejs_gc_duration_seconds_sum')), '{{kind}}']],
    { stacked: true },
  ),
  graph('Open files and sockets', 'Of the process.', 'none', [
    [chosen('process_open_fds'), '{{instance}}'],
  ]),
  graph('Restarts', 'Starts in the last hour.', 'none', [
    [`changes(${chosen('process_start_time_seconds')}[1h])`, '{{instance}}'],
  ]),
]
