import { formatIasTime } from '@mla/alarm'
import { mlaHeartbeats } from '@mla/bus'
import type { Heartbeat, WorkState } from '@mla/model'
import { iasHeartbeats } from './ias-topics.ts'
import { type BridgeParts, bridgedProperty } from './values.ts'

/** What IAS calls the kinds of its tools. */
const kinds: readonly (readonly [name: RegExp, kind: string])[] = [
  [/^alarm-converter$/, 'CONVERTER'],
  [/^alarm-supervisor/, 'SUPERVISOR'],
  [/^(opcua-collector|mon-dispatcher|.*-manager)$/, 'PLUGIN'],
  [/^(alarm-dispatcher|hmi)$/, 'SINK'],
]

const states: Readonly<Record<WorkState, string>> = {
  INITIALISING: 'STARTING_UP',
  STARTING: 'STARTING_UP',
  ONLINE: 'RUNNING',
  DEGRADED: 'PARTIALLY_RUNNING',
  STANDBY: 'PAUSED',
  FAULT: 'PARTIALLY_RUNNING',
  STOPPING: 'EXITING',
}

/** A component of ours as IAS's monitor knows tools: `<name>:<TYPE>@<host>`. */
export function toIasHeartbeat(beat: Heartbeat): string {
  const [, kind = 'CORETOOL'] = kinds.find(([name]) => name.test(beat.name)) ?? []
  const plain = (text: string) => text.replace(/[@:]/g, '_')
  return JSON.stringify({
    timestamp: formatIasTime(beat.time),
    hbStringrepresentation: `${plain(beat.name)}:${kind}@${plain(beat.host)}`,
    state: beat.hasEnded ? 'EXITING' : states[beat.state],
    props: { [bridgedProperty]: 'true', ...(beat.reason ? { reason: beat.reason } : {}) },
  })
}

/** Tells IAS how our components are, from now on. */
export async function heartbeatsOut(
  { ours, ias, report, now }: BridgeParts,
  signal: AbortSignal,
): Promise<void> {
  for await (const one of ours.follow(mlaHeartbeats, now(), signal)) {
    if (one.kind === 'caught-up') continue
    const beats = one.messages.map(({ record }) => ({
      ...{ key: record.name, partition: 0, record: toIasHeartbeat(record) },
    }))
    // A heartbeat that does not arrive is followed by the next.
    await ias.publish(iasHeartbeats, beats).then(
      () => report.passed(mlaHeartbeats.name, beats.length, beats.length),
      (error: unknown) => report.busAway(error),
    )
  }
}
