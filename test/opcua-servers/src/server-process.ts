import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A user that a test server knows; without one it lets everybody in. */
export interface ServerUser {
  readonly name: string
  readonly password: string
}

export interface ServerSettings {
  /** A free port, or that of a server that was killed and is to come back. */
  readonly port: number
  /** Namespaces before ours, `urn:mla:test`: they move its index. */
  readonly otherNamespaces?: number
  /** All its OperationLimits. */
  readonly operationLimit?: number
  /** Variables `Load/F000/P000`…, 200 to a folder, that count up every `intervalMs`. */
  readonly points?: number
  readonly intervalMs?: number
  /** Holds back every answer. */
  readonly delayMs?: number
  /** Offers Sign and SignAndEncrypt, with a key pair of its own that it makes at each start. */
  readonly secure?: boolean
  readonly user?: ServerUser
}

/**
 * A real OPC-UA server of a stack that is not ours, in a process of its own. Nodes lie below
 * Objects by their path, and the path is their string identifier in `urn:mla:test`.
 *
 * Types are named as in OPC-UA (`Double`, `Int64`, `String[]`); values are text: integers in
 * decimal, a DateTime in microseconds since 1970, bytes in base64, array items joined by `|`.
 */
export interface TestServer extends AsyncDisposable {
  readonly endpoint: string
  add(path: string, type: string, value: string): Promise<void>
  write(
    path: string,
    type: string,
    value: string,
    status?: number,
    sourceTime?: number,
  ): Promise<void>
  remove(path: string): Promise<void>
  /** Commands that not every stack has, as `hold`: the load points stand still; their last value. */
  tell(command: string, ...given: readonly string[]): Promise<string>
  freeze(): void
  thaw(): void
  /** At once, as by a power cut. */
  kill(): Promise<void>
}

/** Starts a program that speaks the line protocol: tab-separated commands in, `ok` or `error` out. */
export async function startServer(
  program: string,
  given: readonly string[],
  endpoint: string,
): Promise<TestServer> {
  const child = spawn(program, given, { stdio: ['pipe', 'pipe', 'pipe'] })
  const exited = once(child, 'exit').catch(() => undefined)
  let complaints = ''
  child.stderr.on('data', (text) => {
    complaints = (complaints + String(text)).slice(-4000)
  })
  const waiting: PromiseWithResolvers<string>[] = []
  const next = (): Promise<string> => {
    const line = Promise.withResolvers<string>()
    waiting.push(line)
    if (child.exitCode !== null || child.signalCode !== null) fail()
    return line.promise
  }
  const fail = (): void => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`it has ended: ${complaints}`))
  }
  createInterface(child.stdout).on('line', (line) => waiting.shift()?.resolve(line))
  child.stdin.on('error', () => undefined)
  child.on('exit', fail)

  const tell = async (...words: readonly string[]): Promise<string> => {
    const answer = next()
    child.stdin.write(`${words.join('\t')}\n`)
    const [verdict, ...rest] = (await answer).split('\t')
    if (verdict === 'ok') return rest.join('\t')
    throw new Error(`${words.join(' ')}: ${rest.join(' ')}`)
  }
  const kill = async (): Promise<void> => {
    end(child)
    await exited
  }

  if ((await next()) !== 'ready') {
    await kill()
    throw new Error(`${program} did not start: ${complaints}`)
  }
  return {
    endpoint,
    async add(path, type, value) {
      await tell('add', path, type, value)
    },
    async write(path, type, value, status = 0, sourceTime) {
      const time = sourceTime === undefined ? [] : [String(sourceTime)]
      await tell('write', path, type, String(status), value, ...time)
    },
    async remove(path) {
      await tell('remove', path)
    },
    tell,
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    kill,
    [Symbol.asyncDispose]: kill,
  }
}

function end(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
}
