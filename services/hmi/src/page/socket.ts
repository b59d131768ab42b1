import { toLogin } from './session.ts'

/** What the connection is doing; `since` is when that began, in this computer's milliseconds. */
export interface LinkState {
  readonly kind: 'connecting' | 'open' | 'waiting'
  readonly since: number
  /** When the next try is made, while `waiting`. */
  readonly retryAt: number
}

export interface Subscription {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly next: (data: Readonly<Record<string, unknown>>) => void
  readonly failed: (message: string) => void
}

export interface Socket {
  /** Subscribes now and after every reconnection; the answer ends it. */
  readonly subscribe: (subscription: Subscription) => () => void
  readonly state: () => LinkState
  /** Tries at once instead of at `retryAt`. */
  readonly retry: () => void
}

interface Message {
  readonly type: string
  readonly id?: string
  readonly payload?: unknown
}

const firstDelayMs = 500
const lastDelayMs = 8000
const pingEveryMs = 4000
const silenceMs = 9000

/**
 * A client of the `graphql-transport-ws` sub-protocol that never gives up: it reconnects with a
 * growing delay, and takes a connection on which nothing is heard, pings included, for a lost one.
 */
export function createSocket(url: string, changed: (state: LinkState) => void): Socket {
  const subscriptions = new Map<string, Subscription>()
  let socket: WebSocket | null = null
  let state: LinkState = { kind: 'connecting', since: Date.now(), retryAt: 0 }
  let tries = 0
  let nextId = 1
  let heardAt = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const become = (kind: LinkState['kind'], retryAt = 0): void => {
    state = { kind, since: kind === state.kind ? state.since : Date.now(), retryAt }
    changed(state)
  }

  const send = (message: Message): void => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
  }

  const start = (id: string, { query, variables }: Subscription): void =>
    send({ type: 'subscribe', id, payload: { query, variables } })

  const lose = (lost: WebSocket): void => {
    if (lost !== socket) return
    socket = null
    lost.close()
    const delay = Math.min(lastDelayMs, firstDelayMs * 2 ** tries++) * (0.75 + Math.random() / 2)
    become('waiting', Date.now() + delay)
    timer = setTimeout(connect, delay)
  }

  const hear = (text: string): void => {
    heardAt = Date.now()
    const message = JSON.parse(text) as Message
    const subscription = subscriptions.get(message.id ?? '')
    if (message.type === 'connection_ack') {
      tries = 0
      become('open')
      for (const [id, each] of subscriptions) start(id, each)
    } else if (message.type === 'ping') send({ type: 'pong' })
    else if (message.type === 'next' && subscription) {
      const { data, errors } = message.payload as {
        data?: Readonly<Record<string, unknown>> | null
        errors?: readonly { message: string }[]
      }
      if (data) subscription.next(data)
      else subscription.failed(errors?.[0]?.message ?? 'The server sent no data.')
    } else if (message.type === 'error' && subscription) {
      const errors = message.payload as readonly { message: string }[]
      subscription.failed(errors[0]?.message ?? 'The server refused the subscription.')
    }
  }

  const connect = (): void => {
    clearTimeout(timer)
    const opening = new WebSocket(url, 'graphql-transport-ws')
    socket = opening
    heardAt = Date.now()
    become('connecting')
    opening.onopen = () => send({ type: 'connection_init', payload: {} })
    opening.onmessage = ({ data }) => {
      if (opening === socket) hear(String(data))
    }
    opening.onclose = ({ code }) => {
      // Forbidden: the session has ended; trying again would be refused, too.
      if (code === 4403 && opening === socket) toLogin()
      else lose(opening)
    }
  }

  const retry = (): void => {
    if (state.kind === 'waiting') connect()
  }

  setInterval(() => {
    if (!socket) return
    if (Date.now() - heardAt > silenceMs) lose(socket)
    else send({ type: 'ping' })
  }, pingEveryMs)
  addEventListener('online', retry)
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) retry()
  })
  connect()

  return {
    state: () => state,
    retry,
    subscribe(subscription) {
      const id = String(nextId++)
      subscriptions.set(id, subscription)
      if (state.kind === 'open') start(id, subscription)
      return () => {
        if (subscriptions.delete(id) && state.kind === 'open') send({ type: 'complete', id })
      }
    },
  }
}
