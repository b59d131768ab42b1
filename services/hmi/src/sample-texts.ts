import type { ShownSample } from './client-queue.ts'
import type { Projection } from './graphql/area.ts'

/** JSON texts of samples, made once for all clients that ask for the same fields of them. */
export interface SampleTexts {
  of(sample: ShownSample, project: Projection): string
  /** Forgets them: at the end of a tick nobody asks for them again. */
  clear(): void
}

export function createSampleTexts(): SampleTexts {
  const byProjection = new Map<string, Map<ShownSample, string>>()
  return {
    of(sample, project) {
      const texts = byProjection.get(project.key) ?? new Map<ShownSample, string>()
      if (texts.size === 0) byProjection.set(project.key, texts)
      const known = texts.get(sample)
      if (known !== undefined) return known
      const text = JSON.stringify(project(sample))
      texts.set(sample, text)
      return text
    },
    clear: () => byProjection.clear(),
  }
}
