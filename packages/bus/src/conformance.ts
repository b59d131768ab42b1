import { describe } from 'node:test'
import { describeDelivery } from './conformance/delivery.ts'
import type { OpenFixture } from './conformance/fixture.ts'
import { describeFollowers } from './conformance/followers.ts'
import { describeGroups } from './conformance/groups.ts'
import { describeLimits } from './conformance/limits.ts'

export type { BusFixture, Held, OpenFixture } from './conformance/fixture.ts'

/** The promises of the port, for any adapter. */
export function describeBus(name: string, open: OpenFixture): void {
  describe(name, { timeout: 300_000 }, () => {
    describeDelivery(open)
    describeGroups(open)
    describeFollowers(open)
    describeLimits(open)
  })
}
