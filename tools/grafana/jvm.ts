import { chosen, graph, rate, sumBy } from './panel.ts'

/** What runs a server that is written in Java. */
export const jvm = [
  graph('Heap', 'Memory of the JVM, and what it may have.', 'bytes', [
    [chosen('jvm_memory_used_bytes', 'area="heap"'), 'used {{instance}}'],
    [chosen('jvm_memory_max_bytes', 'area="heap"'), 'most {{instance}}'],
  ]),
  graph('Garbage collection', 'Share of the time that the JVM stands still.', 'percentunit', [
    [sumBy('instance, gc', rate('jvm_gc_collection_seconds_sum')), '{{gc}} {{instance}}'],
  ]),
  graph('CPU', 'Cores that the process takes.', 'none', [
    [rate('process_cpu_seconds_total'), '{{instance}}'],
  ]),
]
