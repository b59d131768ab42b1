import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cdb, Point } from '@mla/cdb'
import { cdbOf, type Fixture, onlyCdb, openHmi, pointOf } from '../hmi.fixture.ts'

export const password = 'correct horse battery'

/** What a browser keeps of a login. */
export interface Login {
  readonly cookie: string
  readonly csrf: string
}

export interface Guarded extends Fixture {
  readonly folder: string
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>
  login(name: string, password: string): Promise<Login>
  /** GraphQL with these headers. */
  ask(query: string, headers?: Record<string, string>, variables?: object): Promise<Asked>
  /** Makes a token as the first expert. */
  token(role: string, subsystems?: readonly string[]): Promise<{ id: string; secret: string }>
  readonly expert: Login
}

export interface Asked {
  readonly status: number
  readonly data?: Record<string, unknown> | null
  readonly errors?: readonly {
    readonly message: string
    readonly extensions: { readonly code: string }
  }[]
}

export const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })
export const sessionOf = ({ cookie, csrf }: Login) => ({ cookie, 'x-mla-csrf': csrf })

/** An HMI with users of its own and its first expert, `ada`. */
export async function openGuarded(
  environment: Record<string, string> = {},
  points: readonly Point[] = [pointOf('Array/Temperature')],
  alarms: Cdb['alarms'] = null,
): Promise<Guarded> {
  const folder = await mkdtemp(join(tmpdir(), 'mla-access-'))
  const hmi = await openHmi({
    cdb: onlyCdb({ ...cdbOf(points), alarms }),
    environment: { MLA_AUTH: 'local', MLA_DATA: folder, ...environment },
  })
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${hmi.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const loginOf = async (response: Response): Promise<Login> => {
    const { csrf } = (await response.json()) as { csrf: string }
    return { cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '', csrf }
  }
  const ask = async (query: string, headers = {}, variables = {}): Promise<Asked> => {
    const response = await post('/graphql', { query, variables }, headers)
    return { status: response.status, ...((await response.json()) as object) }
  }
  const code = await readFile(join(folder, 'access', 'setup-code'), 'utf8')
  const expert = await loginOf(await post('/auth/setup', { code, name: 'ada', password }))
  return {
    ...hmi,
    ...{ folder, post, ask, expert },
    login: async (name, password) => loginOf(await post('/auth/login', { name, password })),
    async token(role, subsystems) {
      const mutation = `mutation ($role: Role!, $subsystems: [String!]) {
        addMachineToken(name: "test", role: $role, subsystems: $subsystems) { secret token { id } } }`
      const answer = await ask(mutation, sessionOf(expert), { role, subsystems })
      const made = answer.data?.['addMachineToken'] as { secret: string; token: { id: string } }
      return { id: made.token.id, secret: made.secret }
    },
    async [Symbol.asyncDispose]() {
      await hmi[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}
