import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { type Listener, type ListenerParts, plainAddress } from './listener.ts'
import { createStream, type Stream } from './stream.ts'

/** A sender that is silent may have gone; the kernel asks it after this time. */
const keepAliveMs = 60_000
const handshakeTimeoutMs = 10_000
/** How long a stop waits for what is on its way in. */
const lastWordsMs = 300

/** Listens for streams over TCP or TLS. A sender that we do not read from is slowed by TCP itself. */
export async function openTcp(parts: ListenerParts): Promise<Listener> {
  const { source, recipe, intake, listen, now, senderOf } = parts
  const streams = new Map<Socket, Stream>()
  let count = 0
  let isPaused = false

  function accept(socket: Socket): void {
    if (streams.size >= source.mostConnections) {
      intake.tally.problem('too many connections')
      socket.destroy()
      return
    }
    const sender = senderOf(count++, plainAddress(socket.remoteAddress))
    const stream = createStream(source, recipe, intake, sender, 'stream')
    streams.set(socket, stream)
    socket.setKeepAlive(true, keepAliveMs)
    socket.on('data', (chunk) => stream.push(chunk, now()))
    // Told by 'close' as well; what is half a record then is one.
    socket.on('error', () => intake.tally.problem('connection broken'))
    socket.on('close', () => {
      streams.delete(socket)
      stream.end(now())
    })
    if (isPaused) socket.pause()
  }

  const server = await openServer(parts, accept)
  server.on('tlsClientError', () => intake.tally.problem('TLS handshake failed'))
  server.on('error', () => intake.tally.problem('accept failed'))
  server.listen(listen.port, listen.host)
  await once(server, 'listening')
  const { address, port } = server.address() as AddressInfo

  return {
    address: { host: address, port },
    get connections() {
      return streams.size
    },
    pause(wanted) {
      isPaused = wanted
      for (const socket of streams.keys()) {
        if (wanted) socket.pause()
        else socket.resume()
      }
    },
    tick(time) {
      for (const stream of streams.values()) stream.idle(time)
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((done) => server.close(() => done()))
      const sockets = [...streams.keys()]
      // Whatever the kernel has taken from a sender already is read; then the connection ends.
      for (const socket of sockets) socket.resume()
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, lastWordsMs)
      for (const socket of sockets) socket.end()
      await closed
      clearTimeout(timer)
    },
  }
}

async function openServer(
  { source, listen }: ListenerParts,
  accept: (socket: Socket) => void,
): Promise<Server> {
  const options = { noDelay: true, highWaterMark: 256 * 1024 }
  if (listen.transport !== 'tls' || source.tls === null) return createServer(options, accept)
  const { certificateFile, keyFile, caFile } = source.tls
  const [cert, key, ca] = await Promise.all([
    readFile(certificateFile),
    readFile(keyFile),
    caFile === null ? undefined : readFile(caFile),
  ])
  const client = ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: true }
  return createTlsServer(
    {
      ...options,
      cert,
      key,
      ...client,
      minVersion: 'TLSv1.2',
      handshakeTimeout: handshakeTimeoutMs,
    },
    accept,
  )
}
