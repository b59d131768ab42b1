import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Life } from './life.ts'

/**
 * Answers `/health/live`, `/health/ready` and `/metrics`; false for any other path, so that a
 * service with an HTTP server of its own (the HMI) can mount it there.
 */
export async function answerHealth(
  life: Pick<Life, 'health' | 'metrics'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const path = request.url?.split('?')[0]
  if (path === '/health/live') send(response, 200, { live: true })
  else if (path === '/health/ready') {
    const report = life.health.whole()
    send(response, report.ready ? 200 : 503, report)
  } else if (path === '/metrics') {
    const text = await life.metrics.registry.metrics()
    response.writeHead(200, { 'content-type': life.metrics.registry.contentType }).end(text)
  } else return false
  return true
}

function send(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** The port of a service that has no other HTTP to serve. Port 0 takes a free one. */
export async function openHealthServer(
  life: Pick<Life, 'health' | 'metrics'>,
  port: number,
  host = '0.0.0.0',
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((request, response) => {
    answerHealth(life, request, response).then(
      (answered) => answered || send(response, 404, { error: 'no such page' }),
      (error) => send(response, 500, { error: String(error) }),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
