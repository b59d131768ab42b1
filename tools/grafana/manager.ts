import { chosen, graph, stat, sumBy } from './panel.ts'
import { serviceDashboard } from './service.ts'

/** A manager's: there is one for each subsystem. */
export const managerOf = (subsystem: string, what: string) =>
  serviceDashboard({
    name: `${subsystem}-manager`,
    description: `Keeps the components of ${what} in the states that are wanted of them.`,
    rows: [
      {
        title: 'Components',
        panels: [
          stat(
            'Leads',
            'Instances that lead: one.',
            'none',
            [[`sum(${chosen('mla_manager_leads')})`, 'leads']],
            { height: 8 },
          ),
          graph(
            'Complaints',
            'Things about components that operators should know, by kind.',
            'none',
            [[sumBy('kind', chosen('mla_manager_complaints')), '{{kind}}']],
            { width: 10 },
          ),
          graph(
            'Commands',
            'Sent to components, in an hour, by kind.',
            'none',
            [
              [
                `sum by (command) (increase(${chosen('mla_manager_commands_total')}[1h]))`,
                '{{command}}',
              ],
            ],
            { width: 10 },
          ),
        ],
      },
    ],
  })
