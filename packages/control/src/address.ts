/** By what a component is addressed: itself, its service, its subsystem, or all. */
export interface Address {
  /** `mon-dispatcher@host`: unique among those that run, the same after each restart. */
  readonly component: string
  readonly name: string
  readonly subsystem: string
}

/** Addresses every component. */
export const everyone = 'all'

export const isAddressed = ({ component, name, subsystem }: Address, target: string): boolean =>
  target === component || target === name || target === subsystem || target === everyone

/** An instance without its process number, which is another after each restart. */
export const componentIdOf = (instance: string): string => instance.replace(/:\d+$/, '')

/** The service of a component id. */
export const nameOf = (component: string): string => component.split('@')[0] ?? component
