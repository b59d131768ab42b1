import { connect, isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { ISocketFactory } from 'kafkajs'

const keepAliveMs = 60_000

/**
 * As kafkajs opens its sockets, but without a limit to their listeners: while a broker is away it
 * writes to a socket that is still connecting, and each write that waits is a listener. They end
 * with the attempt; Node would warn of a leak.
 */
export const openSocket: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const name = isIP(host) ? {} : { servername: host }
  const socket = ssl
    ? connectTls({ host, port, ...name, ...ssl }, onConnect)
    : connect({ host, port }, onConnect)
  socket.setMaxListeners(0)
  return socket.setKeepAlive(true, keepAliveMs)
}
