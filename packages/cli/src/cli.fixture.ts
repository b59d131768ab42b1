import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { Writable } from 'node:stream'
import { MlaError } from '@mla/model'
import type { Adapters } from './cli.ts'
import { createOutput } from './output.ts'
import { runProgram } from './program.ts'

export const noAdapters: Adapters = {
  createTopics: () => Promise.reject(new MlaError('BUS_UNAVAILABLE', 'no broker answers')),
  checkKafka: () => Promise.resolve('a broker answers'),
  checkCassandra: () => Promise.reject(new MlaError('ARCHIVE_UNAVAILABLE', 'no node answers')),
  restore: () => Promise.resolve(['version 3 is in force']),
  fillCdb: () => Promise.resolve('version 1 is in force'),
  openArchive: () => Promise.reject(new MlaError('ARCHIVE_UNAVAILABLE', 'no node answers')),
  createSchema: () => Promise.resolve('keyspace mla'),
  async *browse() {},
}

/** Runs `mla …` and gives what it wrote and how it ended. */
export async function runMla(
  line: readonly string[],
  env: Readonly<Record<string, string>> = {},
  adapters: Adapters = noAdapters,
): Promise<{ code: number; out: string; err: string }> {
  const texts = { out: '', err: '' }
  const into = (key: 'out' | 'err') =>
    new Writable({
      write(chunk, _encoding, done) {
        texts[key] += String(chunk)
        done()
      },
    })
  const [out, err] = [into('out'), into('err')]
  const code = await runProgram(line, (json) => ({
    env,
    out: createOutput(out, err, { json, colour: false, width: null }),
    signal: new AbortController().signal,
    adapters,
  }))
  return { code, ...texts }
}

/** An HMI that answers each request with the next of these. */
export async function openFakeHmi(...answers: unknown[]) {
  const asked: { variables: Record<string, unknown> }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += String(chunk)
    })
    request.on('end', () => {
      asked.push(JSON.parse(body))
      const answer = answers.shift()
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return {
    asked,
    env: { MLA_URL: `http://127.0.0.1:${address.port}` },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
