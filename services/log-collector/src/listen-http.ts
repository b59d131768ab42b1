import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Listener, type ListenerParts, plainAddress } from './listener.ts'
import { createStream } from './stream.ts'

const mostBytes = 8 * 1024 * 1024
const requestTimeoutMs = 30_000

/**
 * Takes records by POST, of any path: a line each, or a JSON array of objects. 204 says that they are
 * on their way; 503 that there is no room now, and when to come again.
 */
export async function openHttp(parts: ListenerParts): Promise<Listener> {
  const { source, recipe, intake, listen, now, senderOf } = parts
  let count = 0
  let isPaused = false

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') return refuse(response, 405, 'post records', 'not a POST')
    if (isPaused) {
      response.setHeader('retry-after', '1')
      return refuse(response, 503, 'the queue is full, try again', 'queue full')
    }
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of request) {
      size += chunk.length
      if (size > mostBytes) {
        response.setHeader('connection', 'close')
        return refuse(response, 413, `at most ${mostBytes} bytes in a request`, 'request too large')
      }
      chunks.push(chunk)
    }
    const sender = senderOf(count++, plainAddress(request.socket.remoteAddress))
    const stream = createStream(source, recipe, intake, sender, 'stream')
    stream.push(linesOf(Buffer.concat(chunks)), now())
    stream.end(now())
    response.writeHead(204).end()
  }

  function refuse(response: ServerResponse, status: number, text: string, reason: string): void {
    intake.tally.problem(`http: ${reason}`)
    response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`)
  }

  const server = createServer(
    { requestTimeout: requestTimeoutMs, headersTimeout: 10_000, keepAliveTimeout: 30_000 },
    (request, response) => {
      answer(request, response).catch(() => {
        intake.tally.problem('http: connection broken')
        response.destroy()
      })
    },
  )
  server.maxConnections = source.mostConnections
  server.on('clientError', (_, socket) => {
    intake.tally.problem('http: malformed request')
    socket.destroy()
  })
  server.listen(listen.port, listen.host)
  await once(server, 'listening')
  const { address, port } = server.address() as AddressInfo
  return {
    address: { host: address, port },
    connections: 0,
    pause(wanted) {
      isPaused = wanted
    },
    tick() {},
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((done) => server.close(() => done()))
      server.closeIdleConnections()
      const timer = setTimeout(() => server.closeAllConnections(), 1_000)
      await closed
      clearTimeout(timer)
    },
  }
}

/** A JSON array as a line for each element; anything else as it is. */
function linesOf(body: Buffer): Buffer {
  if (body.toString('latin1', 0, 64).trimStart()[0] !== '[') return body
  try {
    const list: unknown = JSON.parse(body.toString())
    if (Array.isArray(list)) return Buffer.from(list.map((one) => JSON.stringify(one)).join('\n'))
  } catch {
    // Not JSON: each line is told as what it is.
  }
  return body
}
