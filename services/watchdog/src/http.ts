import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { answerHealth, type Life } from '@mla/kit'
import { bodyOf, saysDeadMan } from './dead-man.ts'
import type { Report } from './report.ts'

export interface HttpParts {
  readonly report: Report
  readonly nowMs: () => number
  /** The dead-man alert was heard. */
  readonly heard: () => void
}

/** Health, metrics, and `POST /dead-man` for Alertmanager. */
export async function openHttp(
  { report, nowMs, heard }: HttpParts,
  life: Pick<Life, 'health' | 'metrics'>,
  port: number,
  host: string,
): Promise<AsyncDisposable & { readonly port: number }> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (await answerHealth(life, request, response)) return
    if (request.url !== '/dead-man') return void response.writeHead(404).end()
    if (request.method !== 'POST') return void response.writeHead(405, { allow: 'POST' }).end()
    const body = await bodyOf(request)
    const isDeadMan = body === null ? null : saysDeadMan(body)
    if (isDeadMan === null) {
      report.noNotification(request.socket.remoteAddress)
      return void response.writeHead(400).end('expected a notification of Alertmanager\n')
    }
    report.heard(isDeadMan, nowMs())
    if (isDeadMan) heard()
    response.writeHead(200).end()
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
