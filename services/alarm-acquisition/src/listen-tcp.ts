import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { retry } from '@mla/kit'
import type { PluginBatch } from '@mla/model'
import { type BadMessage, type Intake, understandBytes } from './intake.ts'
import { createLineCutter } from './lines.ts'
import type { Report } from './report.ts'

export interface Listener extends AsyncDisposable {
  readonly port: number
}

export interface ListenerParts {
  readonly intake: Intake
  readonly report: Report
  readonly host: string
  readonly port: number
  readonly mostConnections: number
}

const longestLine = 1024 * 1024
const keepAliveMs = 60_000
/** How long a stop waits for what is on its way in, and for the bus to take it. */
const lastWordsMs = 300
const flushWithinMs = 10_000

/**
 * Takes messages as lines of JSON. Of each connection one piece is on its way to the bus at most: a bus
 * that is slow or away makes the plugin wait, by TCP itself. There is no answer; who wants one posts.
 */
export async function openTcp(parts: ListenerParts): Promise<Listener> {
  const { intake, report, host, port, mostConnections } = parts
  const stop = new AbortController()
  const sockets = new Map<Socket, Promise<void>>()

  async function serve(socket: Socket): Promise<void> {
    const from = socket.remoteAddress ?? 'tcp'
    const cutter = createLineCutter(longestLine)
    let batches: PluginBatch[] = []
    let bad: BadMessage[] = []
    const take = (line: Buffer, isWhole: boolean): void => {
      const outcomes = isWhole ? understandBytes(line, intake.now()) : [tooLong]
      for (const one of outcomes) {
        if (one.ok) batches.push(one.batch)
        else bad.push({ bytes: line, from, fault: one.fault, message: one.message })
      }
    }
    const pass = async (): Promise<void> => {
      const [good, rest] = [batches, bad]
      batches = []
      bad = []
      for (const { fault } of rest) report.refused('tcp', fault)
      const put = async () => {
        if (good.length > 0) await intake.put('tcp', good)
      }
      await untilPassed(
        put,
        good.reduce((sum, { values }) => sum + values.length, 0),
      )
      await untilPassed(() => intake.bury(rest), 0)
    }
    for await (const chunk of socket) {
      cutter.push(chunk, take)
      intake.hold(chunk.length)
      await pass().finally(() => intake.hold(-chunk.length))
    }
    cutter.end(take)
    await pass()
  }

  /** Tries until the bus takes it. What it does not take before a stop is over, is lost and counted. */
  async function untilPassed(put: () => Promise<void>, values: number): Promise<void> {
    const patience = stop.signal
    try {
      await retry(put, patience, (error) => report.busAway(error))
    } catch (error) {
      report.lostAtStop(values, error)
    }
  }

  const server = createServer({ noDelay: true }, (socket) => {
    if (sockets.size >= mostConnections) {
      report.turnedAway('tcp')
      socket.destroy()
      return
    }
    socket.setKeepAlive(true, keepAliveMs)
    // Told by the loop over it as well.
    socket.on('error', () => {})
    const served = serve(socket)
      .catch(() => report.broken('tcp'))
      .finally(() => {
        sockets.delete(socket)
        report.connected('tcp', sockets.size)
      })
    sockets.set(socket, served)
    report.connected('tcp', sockets.size)
  })
  server.listen(port, host)
  await once(server, 'listening')
  server.on('error', () => report.broken('tcp'))
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((done) => server.close(() => done()))
      const open = [...sockets]
      for (const [socket] of open) socket.end()
      const cut = setTimeout(() => {
        for (const [socket] of open) socket.destroy()
      }, lastWordsMs)
      const give = setTimeout(() => stop.abort(), flushWithinMs)
      await Promise.all([closed, ...open.map(([, served]) => served)])
      clearTimeout(cut)
      clearTimeout(give)
    },
  }
}

const tooLong = {
  ok: false,
  fault: 'too long',
  message: `a line is longer than ${longestLine} bytes; its rest is passed over`,
} as const
