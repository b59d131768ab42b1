import type { Archive } from '@mla/archive'
import { type Micros, MlaError, timeOf } from '@mla/model'
import type { AlarmBoard } from './board.ts'
import { alarmsAt, wireIn } from './past.ts'
import type { AlarmStatus } from './status.ts'

/** An input of an ASCE with what it last said. */
export interface ExplainedInput {
  readonly id: string
  readonly type: string
  readonly description: string | null
  /** The monitoring point that it is, where it is one. */
  readonly point: string | null
  readonly value: string | null
  readonly validity: string | null
  readonly mode: string | null
  readonly time: Micros | null
  /** True where another ASCE makes it, which can be explained in turn. */
  readonly isMade: boolean
}

/** What made an alarm so. */
export interface Explanation {
  readonly id: string
  readonly alarm: AlarmStatus | null
  readonly supervisor: string
  readonly dasu: string
  readonly asce: string
  readonly transferFunction: string
  readonly properties: Readonly<Record<string, string>>
  readonly fault: string | null
  readonly inputs: readonly ExplainedInput[]
}

/** Throws QUERY_INVALID for what no ASCE of the configuration makes. */
export async function explain(
  id: string,
  at: Micros | null,
  board: AlarmBoard,
  archive: Archive,
): Promise<Explanation> {
  const { catalogue } = board
  const making = catalogue.making(id)
  if (!making) {
    throw new MlaError('QUERY_INVALID', `no ASCE makes "${id.slice(0, 200)}"`)
  }
  const { supervisor, dasu, asce } = making
  const alarm =
    at === null
      ? board.get(id)
      : ((await alarmsAt(archive.alarms, catalogue, at)).find((one) => one.id === id) ?? null)
  const seen = at === null ? nowSeen(board) : await thenSeen(asce.inputs, at, board, archive)
  return {
    ...{ id, alarm, supervisor, dasu: dasu.id, asce: asce.id },
    transferFunction: asce.transferFunction,
    properties: asce.properties,
    fault: alarm?.properties['fault'] ?? null,
    inputs: asce.inputs.map((input) => ({
      id: input,
      type: dasu.iasios.get(input)?.type ?? 'UNKNOWN',
      description: catalogue.describe(input)?.description ?? null,
      point: catalogue.pointOf(input),
      isMade: catalogue.making(input) !== null,
      ...(seen(input) ?? { value: null, validity: null, mode: null, time: null }),
    })),
  }
}

type Seen = (id: string) => Pick<ExplainedInput, 'value' | 'validity' | 'mode' | 'time'> | null

const nowSeen =
  (board: AlarmBoard): Seen =>
  (id) => {
    const wire = board.wireOf(id)
    return wire && { ...wire, time: wire.production }
  }

/** Of that time: points and alarms are in the archive; other values are kept nowhere. */
async function thenSeen(
  inputs: readonly string[],
  at: Micros,
  { catalogue }: AlarmBoard,
  archive: Archive,
): Promise<Seen> {
  const points = inputs.flatMap((id) => catalogue.pointOf(id) ?? [])
  const samples = points.length > 0 ? await archive.latest(points, at) : new Map()
  const last = new Map((await archive.alarms.stateAt(at)).map((one) => [one.alarm, one]))
  return (id) => {
    const sample = samples.get(catalogue.pointOf(id) ?? '')
    if (sample) {
      const isBad = sample.status >>> 30 !== 0
      const value = sample.value === null ? null : String(sample.text ?? sample.value)
      return {
        value,
        validity: isBad ? 'UNRELIABLE' : 'RELIABLE',
        mode: null,
        time: timeOf(sample),
      }
    }
    const transition = last.get(id)
    const wire = transition ? wireIn(transition) : null
    return wire && { ...wire, time: transition?.time ?? null }
  }
}
