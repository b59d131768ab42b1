import type { Archive } from '@mla/archive'
import { MlaError } from '@mla/model'

/** An archive that is opened later: until then every call is ARCHIVE_UNAVAILABLE. */
export function createLateArchive(): Archive & { opened(archive: Archive): void } {
  let opened: Archive | null = null
  const get = (): Archive => {
    if (opened) return opened
    throw new MlaError('ARCHIVE_UNAVAILABLE', 'the archive has not answered since the start')
  }
  return {
    opened(archive) {
      opened = archive
    },
    logs: {
      openWriter: () => get().logs.openWriter(),
      async *search(search) {
        yield* get().logs.search(search)
      },
      histogram: async (search, width) => get().logs.histogram(search, width),
    },
    alarms: {
      append: async (transitions) => get().alarms.append(transitions),
      history: async (query) => get().alarms.history(query),
      stateAt: async (at) => get().alarms.stateAt(at),
    },
    openWriter: () => get().openWriter(),
    latest: async (points, at) => get().latest(points, at),
    history: async (query) => get().history(query),
    quantiles: async (query) => get().quantiles(query),
    rollUp: async (now) => get().rollUp(now),
    async *samples(point, from, to) {
      yield* get().samples(point, from, to)
    },
    async *samplesOfMany(points, from, to) {
      yield* get().samplesOfMany(points, from, to)
    },
    count: async (point, from, to) => get().count(point, from, to),
    expire: async (now) => get().expire(now),
    ping: async () => get().ping(),
    async [Symbol.asyncDispose]() {
      await opened?.[Symbol.asyncDispose]()
    },
  }
}
