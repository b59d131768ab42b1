import { noProperties, noStamps, wireOf } from '@mla/alarm'
import { microsPerSecond, type WireIasio } from '@mla/model'

/** An alarm `Hot` as it is on the BSDB, made at a second after 1970 or after `start`. */
export function wireAt(
  second: number,
  value: string,
  more: Partial<WireIasio> = {},
  start = 0,
): WireIasio {
  const iasio = {
    ...({ id: 'Hot', fullRunningId: '(Hot:IASIO)', type: 'ALARM', value: null } as const),
    ...({ mode: 'OPERATIONAL', validity: 'RELIABLE', dependencies: [] } as const),
    ...{ stamps: { ...noStamps, production: start + second * microsPerSecond } },
    properties: noProperties,
  }
  return { ...wireOf(iasio), value, ...more }
}
