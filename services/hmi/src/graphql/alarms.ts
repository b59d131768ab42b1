import { alarmStates } from '@mla/alarm'
import {
  type Archive,
  type ArchivedTransition,
  formatAlarmPosition,
  parseAlarmPosition,
} from '@mla/archive'
import { type Micros, MlaError } from '@mla/model'
import { alertsAt } from '../alarms/alerts.ts'
import type { AlarmBoard } from '../alarms/board.ts'
import { explain } from '../alarms/explain.ts'
import { alarmFigures } from '../alarms/figures.ts'
import type { OperatorDesk } from '../alarms/operator-desk.ts'
import { alarmsAt } from '../alarms/past.ts'
import { type AlarmFilter, compileAlarmFilter } from '../alarms/status.ts'
import { subscribeToNewest } from '../newest-subscription.ts'
import { alarmsSdl } from './alarms.graphql.ts'
import type { Area, SubscriptionSelection } from './area.ts'
import type { RequestContext } from './context.ts'

interface AlarmsArgs {
  readonly filter?: AlarmFilter | null
  readonly at?: Micros | null
}
interface HistoryArgs {
  readonly id?: string | null
  readonly from: Micros
  readonly to: Micros
  readonly first?: number | null
  readonly after?: string | null
  readonly order?: 'NEWEST' | 'OLDEST' | null
}
interface ActionArgs {
  readonly alarm: string
  readonly by?: string | null
  readonly comment?: string
  readonly reason?: string
  readonly minutes?: number
}

const maxPage = 10_000
const microsPerMinute = 60_000_000

export interface AlarmsAreaParts {
  readonly board: AlarmBoard
  readonly desk: OperatorDesk
  readonly archive: Archive
  readonly now: () => Micros
  /** Empty where there is none. */
  readonly alertmanager: string
  readonly signal: AbortSignal
}

export const alarmsArea = (parts: AlarmsAreaParts): Area => {
  const { board, desk, archive, now, alertmanager, signal } = parts
  const action =
    (kind: string) =>
    async ({ alarm, by, comment, reason, minutes }: ActionArgs, { user }: RequestContext) => {
      if (minutes !== undefined && minutes < 1) {
        throw new MlaError('QUERY_INVALID', `minutes: ${minutes} is less than 1`)
      }
      const name = user.name === 'anonymous' ? by?.trim() || user.name : user.name
      return desk.act({
        ...{ alarm, kind, user: name.slice(0, 200), text: comment ?? reason ?? '' },
        until: minutes === undefined ? null : now() + minutes * microsPerMinute,
      })
    }
  return {
    sdl: alarmsSdl,
    queries: {
      async alarms({ filter, at }: AlarmsArgs, context: RequestContext) {
        const all = at == null ? board.list() : await alarmsAt(archive.alarms, board.catalogue, at)
        const found = all.filter(compileAlarmFilter(filter ?? {}))
        context.spend(found.length)
        return found
      },
      async alarmHistory(args: HistoryArgs, context: RequestContext) {
        const { id, from, to, after, order } = args
        const first = args.first ?? 100
        if (first < 0) throw new MlaError('QUERY_INVALID', `first: ${first} is less than 0`)
        if (first > maxPage) {
          throw new MlaError('QUERY_TOO_LARGE', `first: ${first} is more than ${maxPage}`)
        }
        context.spend(first)
        const found = await archive.alarms.history({
          ...{ alarm: id ?? null, from, to, order: order === 'NEWEST' ? 'newest' : 'oldest' },
          ...{ after: after == null ? null : parseAlarmPosition(after), limit: first + 1 },
        })
        return connectionOf(found, first, after != null)
      },
      async alerts() {
        return alertmanager === '' ? null : alertsAt(alertmanager, signal)
      },
      async alarmFigures({ from, to }: { readonly from: Micros; readonly to: Micros }) {
        return alarmFigures(archive.alarms, board.catalogue, from, to)
      },
      async alarmExplanation({ id, at }: { readonly id: string; readonly at?: Micros | null }) {
        return explain(id, at ?? null, board, archive)
      },
    },
    subscriptions: {
      async alarms(
        { filter }: { readonly filter?: AlarmFilter | null },
        context: RequestContext,
        selection: SubscriptionSelection,
      ) {
        return subscribeToNewest(board, compileAlarmFilter(filter ?? {}), context, selection)
      },
    },
    mutations: {
      acknowledge: action('acknowledge'),
      unacknowledge: action('unacknowledge'),
      shelve: action('shelve'),
      unshelve: action('unshelve'),
      takeOutOfService: action('takeOutOfService'),
      returnToService: action('returnToService'),
    },
  }
}

function connectionOf(found: readonly ArchivedTransition[], first: number, isLater: boolean) {
  const edges = found.slice(0, first).map((one) => ({
    cursor: formatAlarmPosition(one),
    node: { ...one, from: alarmStates.find((state) => state === one.from) ?? null },
  }))
  return {
    edges,
    pageInfo: {
      hasNextPage: found.length > first,
      hasPreviousPage: isLater,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}
