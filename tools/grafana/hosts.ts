import type { Dashboard } from './dashboard.ts'
import { chosen, graph, rate, stat, sumBy, table } from './panel.ts'
import { usual } from './variable.ts'

const disks = 'fstype!~"overlay|squashfs|ramfs|tmpfs"'
export const hosts: Dashboard = {
  ...{ uid: 'node', title: 'Hosts', description: 'The machines, by the node exporter.' },
  variables: usual('node_uname_info'),
  rows: [
    {
      title: 'Hosts',
      panels: [
        table(
          'Hosts',
          'Name and kernel.',
          'none',
          [[sumBy('instance, nodename, release', chosen('node_uname_info')), '']],
          { height: 5 },
        ),
        stat(
          'Cores',
          'Of all hosts.',
          'none',
          [[`count(${rate('node_cpu_seconds_total', 'mode="idle"')})`, 'cores']],
          { height: 5 },
        ),
        stat(
          'Memory',
          'Of all hosts.',
          'bytes',
          [[`sum(${chosen('node_memory_MemTotal_bytes')})`, 'memory']],
          { height: 5 },
        ),
        stat(
          'Running for',
          'Since the host that started last.',
          's',
          [[`min(time() - ${chosen('node_boot_time_seconds')})`, 'age']],
          { height: 5 },
        ),
        graph(
          'CPU',
          'Share of all cores that is busy, by what with.',
          'percentunit',
          [
            [
              `sum by (instance, mode) (${rate('node_cpu_seconds_total', 'mode!="idle"')}) / on (instance) group_left () count by (instance) (${rate('node_cpu_seconds_total', 'mode="idle"')})`,
              '{{mode}} {{instance}}',
            ],
          ],
          { stacked: true },
        ),
        graph(
          'Memory used',
          'Share of it.',
          'percentunit',
          [
            [
              `1 - ${chosen('node_memory_MemAvailable_bytes')} / ${chosen('node_memory_MemTotal_bytes')}`,
              '{{instance}}',
            ],
          ],
          { thresholds: [0.85, 0.92] },
        ),
        graph('Load', 'Processes that want a core, over a minute.', 'none', [
          [chosen('node_load1'), '{{instance}}'],
        ]),
        graph(
          'Disk space left',
          'Share of each file system.',
          'percentunit',
          [
            [
              `${chosen('node_filesystem_avail_bytes', disks)} / ${chosen('node_filesystem_size_bytes', disks)}`,
              '{{mountpoint}} {{instance}}',
            ],
          ],
          { thresholds: [0.15, 0.05] },
        ),
        graph('Disk, bytes', 'Read and written.', 'Bps', [
          [
            sumBy('instance, device', rate('node_disk_read_bytes_total')),
            'read {{device}} {{instance}}',
          ],
          [
            sumBy('instance, device', rate('node_disk_written_bytes_total')),
            'written {{device}} {{instance}}',
          ],
        ]),
        graph('Disk, busy', 'Share of the time.', 'percentunit', [
          [
            sumBy('instance, device', rate('node_disk_io_time_seconds_total')),
            '{{device}} {{instance}}',
          ],
        ]),
        graph('Network', 'Received and sent, without the loopback.', 'Bps', [
          [
            sumBy('instance, device', rate('node_network_receive_bytes_total', 'device!="lo"')),
            'in {{device}}',
          ],
          [
            sumBy('instance, device', rate('node_network_transmit_bytes_total', 'device!="lo"')),
            'out {{device}}',
          ],
        ]),
        graph('Network, errors', 'Packets that were damaged or dropped.', 'ops', [
          [
            sumBy('instance, device', rate('node_network_receive_errs_total', 'device!="lo"')),
            'errors {{device}}',
          ],
          [
            sumBy('instance, device', rate('node_network_receive_drop_total', 'device!="lo"')),
            'dropped {{device}}',
          ],
        ]),
        graph('Clock', 'How far it is from true time, as the kernel thinks.', 's', [
          [`abs(${chosen('node_timex_offset_seconds')})`, '{{instance}}'],
        ]),
      ],
    },
  ],
}
