import { createServer } from 'node:net'

const lowest = 20_000
const highest = 32_000

/**
 * A port of 127.0.0.1 that nobody listens on. It lies below the range that outgoing connections
 * take theirs from, so a server that is stopped for a while finds it free when it comes back.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest))
    if (await isFree(port)) return port
  }
}

export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) ports.add(await freePort())
  return [...ports]
}

function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const server = createServer()
  server.once('error', () => resolve(false))
  server.listen({ host: '127.0.0.1', port }, () => server.close(() => resolve(true)))
  return promise
}
