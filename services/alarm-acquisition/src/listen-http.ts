import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MessageFault, Understood } from '@mla/alarm'
import { isRetryable, type PluginBatch } from '@mla/model'
import { understandBytes } from './intake.ts'
import { createLineCutter } from './lines.ts'
import type { Listener, ListenerParts } from './listen-tcp.ts'

const mostBytes = 4 * 1024 * 1024
const requestTimeoutMs = 30_000
/** Of what is wrong with a request, so much is told. */
const toldProblems = 20

/**
 * Takes messages by POST, of any path: one as JSON, an array of them, or a line each
 * (`application/x-ndjson`). 200 says that all of them are on the bus; 400 that none is, and why; 503
 * that there is no room or no bus now: to be sent again as it is, copies are recognised.
 */
export async function openHttp(parts: ListenerParts): Promise<Listener> {
  const { intake, report, host, port, mostConnections } = parts

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      return reply(response, 405, { error: 'POST the messages of a plugin, as JSON' })
    }
    const chunks: Buffer[] = []
    let size = 0
    try {
      for await (const chunk of request) {
        size += chunk.length
        intake.hold(chunk.length)
        chunks.push(chunk)
        if (size > mostBytes || intake.isFull) break
      }
      if (size > mostBytes) {
        report.refused('http', 'too long')
        response.setHeader('connection', 'close')
        reply(response, 413, { error: `at most ${mostBytes} bytes in a request` })
      } else if (intake.isFull) {
        response.setHeader('connection', 'close')
        later(response, 'the queue is full')
      } else await takeAll(request, response, Buffer.concat(chunks))
    } finally {
      intake.hold(-size)
    }
  }

  async function takeAll(
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
  ): Promise<void> {
    const isLines = /ndjson|jsonl/.test(request.headers['content-type'] ?? '')
    const outcomes = isLines ? linesOf(body) : understandBytes(body, intake.now())
    const bad = outcomes.flatMap((one, index) => (one.ok ? [] : [{ index, ...one }]))
    if (bad.length > 0) {
      for (const { fault } of bad) report.refused('http', fault)
      const problems = bad
        .slice(0, toldProblems)
        .map(({ index, fault, message }) => ({ message: index, fault, reason: message }))
      const error = `${bad.length} of ${outcomes.length} messages are no good; none was taken`
      return reply(response, 400, { error, problems })
    }
    const batches = outcomes.flatMap((one): readonly PluginBatch[] => (one.ok ? [one.batch] : []))
    try {
      await intake.put('http', batches)
    } catch (error) {
      report.busAway(error)
      if (isRetryable(error)) return later(response, 'the bus is away')
      throw error
    }
    reply(response, 200, { values: batches.reduce((sum, { values }) => sum + values.length, 0) })
  }

  function linesOf(body: Buffer): readonly Understood[] {
    const outcomes: Understood[] = []
    const cutter = createLineCutter(mostBytes)
    const take = (line: Buffer) => void outcomes.push(...understandBytes(line, intake.now()))
    cutter.push(body, take)
    cutter.end(take)
    return outcomes
  }

  function later(response: ServerResponse, reason: string): void {
    report.postponed()
    response.setHeader('retry-after', '1')
    reply(response, 503, { error: `${reason}; send it again` })
  }

  const server = createServer(
    { requestTimeout: requestTimeoutMs, headersTimeout: 10_000, keepAliveTimeout: 30_000 },
    (request, response) => {
      answer(request, response).catch((error: unknown) => {
        if (request.destroyed && !request.complete) report.broken('http')
        else report.failed(error)
        if (response.headersSent || response.destroyed) response.destroy()
        else reply(response, 500, { error: 'a defect of ours; its log says more' })
      })
    },
  )
  server.maxConnections = mostConnections
  server.on('drop', () => report.turnedAway('http'))
  server.on('clientError', (_, socket) => {
    report.broken('http')
    socket.destroy()
  })
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((done) => server.close(() => done()))
      server.closeIdleConnections()
      const timer = setTimeout(() => server.closeAllConnections(), 3_000)
      await closed
      clearTimeout(timer)
    },
  }
}

function reply(response: ServerResponse, status: number, body: HttpAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

type HttpAnswer =
  | { readonly values: number }
  | {
      readonly error: string
      readonly problems?: readonly {
        readonly message: number
        readonly fault: MessageFault
        readonly reason: string
      }[]
    }
