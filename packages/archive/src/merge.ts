import { type Sample, sameSample, timeOf } from '@mla/model'

/**
 * Samples of one point in order of time, each once: of copies of the same sample the first one
 * stays. Samples with the same time that differ keep the order in which they came.
 */
export function mergeSamples(runs: readonly (readonly Sample[])[]): Sample[] {
  const samples = runs.length === 1 ? [...(runs[0] ?? [])] : runs.flat()
  if (!isOrdered(samples)) samples.sort((a, b) => timeOf(a) - timeOf(b))
  return withoutCopies(samples)
}

function isOrdered(samples: readonly Sample[]): boolean {
  let before = Number.NEGATIVE_INFINITY
  for (const sample of samples) {
    const time = timeOf(sample)
    if (time < before) return false
    before = time
  }
  return true
}

/** Copies have the same time, so they can only be among the neighbours that share it. */
function withoutCopies(samples: Sample[]): Sample[] {
  let kept = 0
  let runStart = 0
  for (const sample of samples) {
    const time = timeOf(sample)
    if (kept > 0 && timeOf(samples[kept - 1] as Sample) !== time) runStart = kept
    let copy = false
    for (let i = runStart; i < kept && !copy; i++) copy = sameSample(samples[i] as Sample, sample)
    if (!copy) samples[kept++] = sample
  }
  samples.length = kept
  return samples
}
