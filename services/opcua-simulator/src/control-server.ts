import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { answerHealth, type Life } from '@mla/kit'
import { MlaError } from '@mla/model'
import { z } from 'zod'
import { type ActiveFault, type FaultRequest, faultRequest } from './faults.ts'
import type { Report } from './report.ts'

/** What the control interface lets a test or a demonstration do. */
export interface Controls {
  truth(match: string | null): unknown
  faults(): readonly ActiveFault[]
  begin(request: FaultRequest): ActiveFault
  end(id?: number): readonly ActiveFault[]
}

interface Answer {
  readonly code: number
  readonly body: unknown
}

const maxBodyBytes = 64 * 1024
const ok = (body: unknown): Answer => ({ code: 200, body })
const refused = (code: number, error: string): Answer => ({ code, body: { error } })

/**
 * The HTTP control interface: JSON in and out, errors as `{error}`. Whatever is sent to it, it
 * answers and lives on.
 */
export async function openControlServer(
  { port, host }: { readonly port: number; readonly host: string },
  controls: Controls,
  life: Pick<Life, 'health' | 'metrics'>,
  report: Report,
): Promise<AsyncDisposable & { readonly port: number }> {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    report.requested()
    const { body } = await answerOrHealth(request, response)
    if (body) send(response, body)
  }
  const answerOrHealth = async (
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<{ readonly body: Answer | null }> => {
    const url = URL.parse(request.url ?? '/', 'http://simulator')
    if (!url) return { body: refused(400, 'not a URL') }
    if (url.pathname === '/health') request.url = '/health/ready'
    if (await answerHealth(life, request, response)) return { body: null }
    return { body: await answer(controls, request, url) }
  }
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      report.failed(error)
      if (response.headersSent) response.destroy()
      else send(response, refused(500, 'an error, see the log'))
    })
  })
  server.maxConnections = 100
  await new Promise<void>((resolve, reject) => {
    const failed = (cause: unknown): void =>
      reject(
        new MlaError('CONFIG_INVALID', `MLA_SIMULATOR_CONTROL_PORT: cannot listen on ${port}`, {
          cause,
        }),
      )
    server.once('error', failed).listen(port, host, resolve)
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

async function answer(controls: Controls, request: IncomingMessage, url: URL): Promise<Answer> {
  const route = `${request.method} ${url.pathname.replace(/(.)\/$/, '$1')}`
  switch (route) {
    case 'GET /truth':
      return ok(controls.truth(url.searchParams.get('match')))
    case 'GET /faults':
      return ok(controls.faults())
    case 'DELETE /faults':
      return ok(controls.end())
    case 'POST /faults':
      return beginFault(controls, request)
  }
  const id = /^DELETE \/faults\/(\d{1,15})$/.exec(route)?.[1]
  if (id !== undefined) {
    const ended = controls.end(Number(id))
    return ended.length > 0 ? ok(ended) : refused(404, `no fault ${id} is active`)
  }
  return refused(404, 'GET /truth, GET POST DELETE /faults, DELETE /faults/<id>, GET /health')
}

async function beginFault(controls: Controls, request: IncomingMessage): Promise<Answer> {
  const text = await readBody(request)
  if (text === null) return refused(413, `a body has at most ${maxBodyBytes} bytes`)
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    return refused(400, 'the body is not JSON')
  }
  const parsed = faultRequest.safeParse(given)
  if (!parsed.success) return refused(400, z.prettifyError(parsed.error))
  const fault = controls.begin(parsed.data)
  if (fault.points !== 0) return { code: 201, body: fault }
  controls.end(fault.id)
  return refused(404, `no point matches "${'match' in fault.request ? fault.request.match : ''}"`)
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > maxBodyBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function send(response: ServerResponse, { code, body }: Answer): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
