import {
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type MetricConfiguration,
  Registry,
} from 'prom-client'
import { version } from './version.ts'

export type Labels = Readonly<Record<string, string>>

/** Metrics of one service in a registry that several may share: each carries `service`. */
export interface Metrics {
  readonly registry: Registry
  /**
   * Counters without labels begin at 0. One with labels is not there before its first `add`, and the
   * step to its first value is none for Prometheus: `add(0, …)` what a rule looks at.
   */
  counter(name: string, help: string, labels?: readonly string[]): Count
  gauge(name: string, help: string, labels?: readonly string[]): Level
  histogram(name: string, help: string, buckets: readonly number[]): Spread
}
export interface Count {
  add(amount: number, labels?: Labels): void
}
export interface Level {
  set(value: number, labels?: Labels): void
}
export interface Spread {
  observe(value: number): void
}

export function createRegistry(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}

export function createMetrics(service: string, registry: Registry = createRegistry()): Metrics {
  const settings = (name: string, help: string, labels: readonly string[] = []) => ({
    name,
    help,
    labelNames: ['service', ...labels],
    registers: [registry],
  })
  /** Services of one process ask for the same names: the second gets the first one's. */
  const once = <M>(name: string, create: () => M): M =>
    (registry.getSingleMetric(name) as M | undefined) ?? create()

  const build = once(
    'mla_build_info',
    () => new Gauge(settings('mla_build_info', '1; the version is a label', ['version'])),
  )
  build.set({ service, version }, 1)

  return {
    registry,
    counter(name, help, labels) {
      const config: MetricConfiguration<string> = settings(name, help, labels)
      const counter = once(name, () => new Counter(config))
      if (!labels?.length) counter.inc({ service }, 0)
      return { add: (amount, values) => counter.inc({ ...values, service }, amount) }
    },
    gauge(name, help, labels) {
      const gauge = once(name, () => new Gauge(settings(name, help, labels)))
      return { set: (value, values) => gauge.set({ ...values, service }, value) }
    },
    histogram(name, help, buckets) {
      const config = { ...settings(name, help), buckets: [...buckets] }
      const histogram = once(name, () => new Histogram(config))
      histogram.zero({ service })
      return { observe: (value) => histogram.observe({ service }, value) }
    },
  }
}
