import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { handleProtocols } from 'graphql-ws'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Credentials } from './access/identity.ts'
import { credentialsOf, type RequestRules } from './access/request.ts'
import { refusalOf } from './origin.ts'
import type { Outlet } from './outlet.ts'
import type { Report } from './report.ts'
import { createProtocol, type Protocol, type ProtocolParts } from './socket-protocol.ts'

export interface SocketParts extends ProtocolParts {
  readonly names: readonly string[]
  readonly rules: RequestRules
  readonly maxClients: number
  /** Bytes unsent to one client beyond which it is cut off. */
  readonly maxBuffered: number
  /** A client that answers no ping for so long is cut off. */
  readonly stallMs: number
}

const path = '/graphql'
const maxPayload = 8 * 1024 * 1024

/** GraphQL over WebSocket (graphql-transport-ws), on the same path as over HTTP. */
export function serveSockets(server: Server, parts: SocketParts): AsyncDisposable {
  const { names, maxClients, report, stallMs } = parts
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload,
    perMessageDeflate: false,
    handleProtocols,
  })
  const protocol = createProtocol(parts)

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy())
    if (request.url?.split('?')[0] !== path) return refuse(stream, '404 Not Found', `use ${path}`)
    const refusal = refusalOf(request.headers, names)
    if (refusal !== null) {
      parts.actions.record({
        ...{ action: 'WebSocket of a foreign page', user: 'unknown', outcome: 'refused' },
        ...{ from: credentialsOf(request, parts.rules).address, reason: refusal },
      })
      return refuse(stream, '403 Forbidden', refusal)
    }
    if (sockets.clients.size >= maxClients) {
      report.clientClosed('too many')
      return refuse(stream, '503 Service Unavailable', `${maxClients} clients are connected`)
    }
    sockets.handleUpgrade(request, stream, head, (socket) =>
      serve(socket, credentialsOf(request, parts.rules), parts, protocol),
    )
  }
  server.on('upgrade', onUpgrade)
  const pings = setInterval(() => {
    for (const socket of sockets.clients) checkAlive(socket, stallMs, report)
  }, stallMs / 2)

  return {
    async [Symbol.asyncDispose]() {
      clearInterval(pings)
      server.off('upgrade', onUpgrade)
      for (const socket of sockets.clients) socket.close(1001, 'the server stops')
      const cut = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate()
      }, 1_000)
      await new Promise((resolve) => sockets.close(resolve))
      clearTimeout(cut)
    },
  }
}

function refuse(stream: Duplex, status: string, why: string): void {
  const headers = `content-type: text/plain\r\ncontent-length: ${Buffer.byteLength(why)}`
  stream.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n${headers}\r\n\r\n${why}`)
}

/** When each socket was last heard of. */
const heard = new WeakMap<WebSocket, number>()

function checkAlive(socket: WebSocket, stallMs: number, report: Report): void {
  if (performance.now() - (heard.get(socket) ?? 0) > stallMs) {
    report.clientClosed('silent')
    socket.terminate()
  } else if (socket.readyState === socket.OPEN) socket.ping()
}

function serve(
  socket: WebSocket,
  credentials: Credentials,
  { maxBuffered, report }: SocketParts,
  protocol: Protocol,
): void {
  const send = (text: string): void => {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > maxBuffered) {
      report.clientClosed('buffer full')
      socket.terminate()
    } else socket.send(text)
  }
  const close = (code: number, reason: string): void => {
    socket.close(code, reason.slice(0, 120))
    // One that reads nothing never answers the closing handshake either.
    setTimeout(() => socket.terminate(), 1_000).unref()
  }
  const outlet: Outlet = {
    get buffered() {
      return socket.bufferedAmount
    },
    send,
    close,
  }
  const hear = () => heard.set(socket, performance.now())
  hear()
  report.clientOpened()
  socket.on('pong', hear)
  socket.on('error', () => report.clientClosed('bad frame'))
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: async (text) => send(text),
      close: (code = 1000, reason = '') => close(code, reason),
      onMessage(handle) {
        socket.on('message', (data, isBinary) => {
          hear()
          if (isBinary) return close(4400, 'messages are text')
          handle(String(data)).catch((error: unknown) => close(4400, String(error)))
        })
      },
    },
    { outlet, credentials, user: null, unwatch: () => {} },
  )
  socket.once('close', (code, reason) => {
    report.clientGone()
    closed(code, String(reason)).catch((error: unknown) => report.failed(error, 'closing failed'))
  })
}
