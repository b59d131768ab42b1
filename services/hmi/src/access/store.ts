import { chmod, mkdir, open, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MlaError } from '@mla/model'
import { z } from 'zod'
import { roles } from './identity.ts'

const subsystems = z.array(z.string()).nullable()
const user = z.object({
  name: z.string(),
  role: z.enum(roles),
  subsystems,
  /** As `passwords.ts` writes it. */
  password: z.string(),
  createdMs: z.number(),
})
const token = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(roles),
  subsystems,
  /** SHA-256 of the secret, which has 256 random bits. */
  hash: z.string(),
  createdMs: z.number(),
  createdBy: z.string(),
  expiresMs: z.number(),
})
const session = z.object({
  /** SHA-256 of what the cookie holds. */
  hash: z.string(),
  name: z.string(),
  /** Of a user of a provider, which is in no list of ours; null for a local one. */
  role: z.enum(roles).nullable(),
  createdMs: z.number(),
  expiresMs: z.number(),
})
const content = z.object({
  version: z.literal(1),
  users: z.array(user),
  tokens: z.array(token),
  sessions: z.array(session),
})

export type StoredUser = Readonly<z.output<typeof user>>
export type StoredToken = Readonly<z.output<typeof token>>
export type StoredSession = Readonly<z.output<typeof session>>

/** Users, tokens and sessions, in one file that only we may read. */
export interface AccessState {
  readonly users: readonly StoredUser[]
  readonly tokens: readonly StoredToken[]
  readonly sessions: readonly StoredSession[]
}

export interface AccessStore {
  readonly state: AccessState
  /**
   * Makes the next state, one change after the other; it counts when it is on the disk. What `step`
   * throws leaves the state as it is.
   */
  change(step: (state: AccessState) => AccessState): Promise<void>
  /** Takes over what another HMI with the same folder has changed; looks once a second at most. */
  refresh(): Promise<void>
}

const lookMs = 1_000

const nobody: AccessState = { users: [], tokens: [], sessions: [] }

/** Opens `<folder>/access.json`; `changed` hears when another HMI wrote it. Throws CONFIG_INVALID where it is not what we wrote. */
export async function openAccessStore(
  folder: string,
  changed: () => void = () => {},
): Promise<AccessStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'access.json')
  let state = await read(path)
  let turn: Promise<unknown> = Promise.resolve()
  let readMs = 0
  let lookedMs = performance.now()
  return {
    get state() {
      return state
    },
    change(step) {
      const work = turn.then(async () => {
        const next = step(await read(path))
        await write(path, next)
        state = next
      })
      turn = work.catch(() => undefined)
      return work
    },
    async refresh() {
      if (performance.now() - lookedMs < lookMs) return
      lookedMs = performance.now()
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: readMs }))
      if (mtimeMs === readMs) return
      const work = turn.then(async () => {
        state = await read(path)
        readMs = mtimeMs
        changed()
      })
      turn = work.catch(() => undefined)
      await work
    },
  }
}

async function read(path: string): Promise<AccessState> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return nobody
    throw new MlaError('CONFIG_INVALID', `${path} is not readable`, { cause: error })
  }
  try {
    await chmod(path, 0o600)
    const { users, tokens, sessions } = content.parse(JSON.parse(text))
    return { users, tokens, sessions }
  } catch (error) {
    // To begin anew would let in whoever comes first.
    const cure = 'put back a copy of it, or move it away to set the users up again'
    throw new MlaError('CONFIG_INVALID', `${path} is not a list of users: ${cure}`, {
      cause: error,
    })
  }
}

async function write(path: string, state: AccessState): Promise<void> {
  const next = `${path}.next`
  const file = await open(next, 'w', 0o600)
  try {
    await file.writeFile(`${JSON.stringify({ version: 1, ...state }, null, 1)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(next, path)
}
