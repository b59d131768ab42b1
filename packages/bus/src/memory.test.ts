import { describeBus } from './conformance.ts'
import { createMemoryBus } from './memory.ts'
import type { DeadLetter } from './port.ts'

describeBus('the memory bus', async () => {
  const deadLetters: DeadLetter[] = []
  const bus = createMemoryBus({ onDeadLetter: (letter) => void deadLetters.push(letter) })
  return {
    bus,
    other: bus,
    deadLetters,
    held: async (topic) => bus.messages(topic),
    [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose](),
  }
})
