import { microsPerSecond } from '@mla/model'
import type { Point } from './cdb.ts'
import type { Expansion } from './expansion.ts'
import type { LogRate } from './log-source.ts'

/** The service that makes the samples; no OPC-UA server has them. */
export const logRateSource = 'log-consumer'

/** Rates of log records are points as others are: found, plotted, archived, read by alarms. */
export function addLogRates(rates: readonly LogRate[], expansion: Expansion): void {
  const { points, problems, rules } = expansion
  for (const rate of rates) {
    const place = { file: 'logs', path: ['rates', rate.point] }
    if (points.has(rate.point)) {
      problems.add(place, `a point is called ${rate.point} already`, 'give one another name')
    }
    if (!rules.archiveClasses.has(rate.archiveClass)) {
      const cure = 'take one of archive-classes.yaml'
      problems.add(place, `there is no archive class "${rate.archiveClass}"`, cure)
    }
    points.set(rate.point, pointOf(rate))
  }
}

const pointOf = ({ point, description, sources, minPriority, ...rate }: LogRate): Point => ({
  id: point,
  description:
    description ??
    `Records of ${minPriority} and above from ${sources?.join(', ') ?? 'all sources'}`,
  unit: '{record}/s',
  type: 'double',
  source: logRateSource,
  nodeId: '',
  intervalMs: (1000 * rate.everyMicros) / microsPerSecond,
  queueSize: 1,
  deadband: null,
  range: null,
  enumeration: null,
  archiveClass: rate.archiveClass,
  lane: 0,
  filter: null,
  derived: null,
  signal: null,
})
