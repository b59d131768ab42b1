import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'

const folder = join(import.meta.dirname, '../../../docs/runbooks')

/**
 * Serves what to do about each alert at `/runbooks/<alert>`, where alerts lead to; a list of them at
 * `/runbooks`. As the text that it is: it must be read when little else works.
 */
export async function runbooks(app: FastifyInstance): Promise<void> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.md')).sort()
  const pages = new Map(
    await Promise.all(
      files.map(async (file): Promise<[string, string]> => {
        return [file.slice(0, -'.md'.length), await readFile(join(folder, file), 'utf8')]
      }),
    ),
  )
  const list = [...pages.keys()].map((name) => `/runbooks/${name}\n`).join('')
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  }

  app.get('/runbooks', (_request, reply) => reply.headers(headers).send(list))
  app.get<{ Params: { name: string } }>('/runbooks/:name', ({ params }, reply) => {
    const page = pages.get(params.name)
    reply.headers(headers)
    return page ? reply.send(page) : reply.code(404).send('No such alert.\n')
  })
}
