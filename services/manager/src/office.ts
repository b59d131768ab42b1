import { type Bus, mlaCommands } from '@mla/bus'

/** Who leads: of the instances of a manager the one that a group of one partition gives it to. */
export interface Office {
  readonly isHeld: boolean
  /** Resolves when the signal has aborted and the group is left. */
  readonly ended: Promise<void>
}

export interface OfficeParts {
  readonly bus: Pick<Bus, 'consume'>
  readonly name: string
  readonly signal: AbortSignal
  changed(isHeld: boolean): void
}

/**
 * Runs for office. Kafka gives the one partition of `mla.commands` to one member of the group, and
 * to another when that one is silent. Who has lost it without having heard so yet is fenced off by
 * the time of office in its commands.
 */
export function runForOffice({ bus, name, signal, changed }: OfficeParts): Office {
  let isHeld = false
  const become = (held: boolean): void => {
    if (held === isHeld) return
    isHeld = held
    changed(held)
  }
  const run = async (): Promise<void> => {
    const consumer = bus.consume(mlaCommands, name, signal)
    for await (const delivery of consumer) {
      if (delivery.kind === 'assigned') become(delivery.partitions.length > 0)
      else await consumer.commit([delivery.next], delivery.assignment).catch(() => false)
    }
    become(false)
  }
  return {
    get isHeld() {
      return isHeld
    },
    ended: run(),
  }
}
