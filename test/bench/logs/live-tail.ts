import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'

const query = `subscription { logs(filter: {sources: ["marker"]}) { message } }`
const everyMs = 100

/**
 * Sends a record ten times a second, and watches for it as an operator does: the milliseconds from
 * when it was sent until it was on a WebSocket of the HMI.
 */
export async function watchTail(hmiUrl: string, port: number) {
  const delays: number[] = []
  const socket = new WebSocket(`${hmiUrl.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  const acknowledged = Promise.withResolvers<void>()
  socket.on('message', (data) => {
    const { type, payload } = JSON.parse(String(data))
    if (type === 'connection_ack') {
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }))
      acknowledged.resolve()
    }
    if (type !== 'next') return
    for (const { message } of payload.data.logs) {
      const sent = /marker (\d+)$/.exec(message)?.[1]
      if (sent !== undefined) delays.push(Date.now() - Number(sent))
    }
  })
  await once(socket, 'open')
  socket.send(JSON.stringify({ type: 'connection_init' }))
  await acknowledged.promise
  const markers = connect(port, '127.0.0.1')
  await once(markers, 'connect')
  const stop = new AbortController()
  let sent = 0
  const sending = (async () => {
    while (!stop.signal.aborted) {
      markers.write(`<132>1 ${new Date().toISOString()} bench marker 1 - - marker ${Date.now()}\n`)
      sent++
      await delay(everyMs)
    }
  })()
  return {
    /** Ends it, and says how many were sent, came, and how late. */
    async end() {
      stop.abort()
      await sending
      for (let tries = 0; delays.length < sent && tries < 100; tries++) await delay(100)
      markers.destroy()
      socket.close()
      const sorted = delays.toSorted((a, b) => a - b)
      const at = (part: number): number =>
        sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN
      return {
        ...{ markersSent: sent, markersSeen: delays.length },
        ...{ tailP50Ms: at(0.5), tailP99Ms: at(0.99), tailMaxMs: at(1) },
      }
    },
  }
}
