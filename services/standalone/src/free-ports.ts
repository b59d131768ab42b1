import { once } from 'node:events'
import { createServer } from 'node:net'
import { MlaError } from '@mla/model'

/** A port that will be listened on, by the setting that gives it. */
export interface WantedPort {
  readonly setting: string
  readonly host: string
  /** 0 is always free. */
  readonly port: number
}

/**
 * Looks whether the ports are free before anything is started: what fails after a minute of
 * starting is harder to understand. Throws CONFIG_INVALID that names the setting.
 */
export async function checkFree(wanted: readonly WantedPort[]): Promise<void> {
  for (const [index, one] of wanted.entries()) {
    const { setting, port } = one
    const twin = wanted.slice(0, index).find((other) => port !== 0 && other.port === port)
    if (twin) throw refused(one, `${twin.setting} has the same; give them different ones`)
    const reason = await reasonAgainst(one)
    if (reason === null) continue
    const cure = port < 65_000 ? `${setting}=${port + 1000} npm start` : `another ${setting}`
    throw refused(one, `${reason}; end the other program or try ${cure}`)
  }
}

const refused = ({ setting, port }: WantedPort, reason: string): MlaError =>
  new MlaError('CONFIG_INVALID', `${setting} is ${port}: ${reason}`)

async function reasonAgainst({ host, port }: WantedPort): Promise<string | null> {
  const server = createServer()
  try {
    server.listen(port, host)
    await once(server, 'listening')
    return null
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : String(error)
    if (code === 'EADDRINUSE') return `another program listens on ${host}:${port}`
    if (code === 'EACCES') return `this user may not listen on ${host}:${port}`
    return `cannot listen on ${host}:${port} (${code})`
  } finally {
    server.close()
  }
}
