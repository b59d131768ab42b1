import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { MlaError } from '@mla/model'

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane; some 40 ms of a core. */
const strength = { memory: 19_456, passes: 2, parallelism: 1 } as const
const tagLength = 32

const shortest = 12
const longest = 256

/** Each one under way takes 19 MiB and a thread; the others wait, up to a bound. */
const atOnce = 2
const mostWaiting = 32

export interface Passwords {
  /** `$argon2id$v=19$m=…,t=…,p=…$salt$tag`. Throws RATE_LIMITED where too many wait. */
  hash(password: string): Promise<string>
  /** Takes as long for no hash (a user that does not exist) as for one. */
  verify(password: string, hash: string | null): Promise<boolean>
}

export function createPasswords(): Passwords {
  let running = 0
  const waiting: (() => void)[] = []

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= atOnce) {
      if (waiting.length >= mostWaiting) {
        throw new MlaError('RATE_LIMITED', 'too many passwords are being checked; try again')
      }
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
    running++
    try {
      return await work()
    } finally {
      running--
      waiting.shift()?.()
    }
  }
  const stranger = { ...strength, salt: randomBytes(16), tag: randomBytes(tagLength) }

  return {
    async hash(password) {
      const salt = randomBytes(16)
      const tag = await inTurn(() => tagOf(password, { ...strength, salt }))
      const { memory, passes, parallelism } = strength
      const numbers = `m=${memory},t=${passes},p=${parallelism}`
      return `$argon2id$v=19$${numbers}$${base64(salt)}$${base64(tag)}`
    },
    async verify(password, hash) {
      const known = hash === null ? null : parse(hash)
      const { tag, ...rest } = known ?? stranger
      const same = timingSafeEqual(await inTurn(() => tagOf(password, rest)), tag)
      return same && known !== null
    },
  }
}

/** Why a password is not taken, in words; null where it is. */
export function weaknessOf(password: string, user: string): string | null {
  if (password.length < shortest) return `a password has ${shortest} characters or more`
  if (password.length > longest) return `a password has ${longest} characters at most`
  if (new Set(password).size < 5) return 'a password has 5 different characters or more'
  if (password.toLowerCase().includes(user.toLowerCase())) {
    return 'a password does not have the name of its user in it'
  }
  return null
}

interface Hash {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  readonly salt: Buffer
  readonly tag: Buffer
}

function tagOf(password: string, hash: Omit<Hash, 'tag'>): Promise<Buffer> {
  const { memory, passes, parallelism, salt } = hash
  const parameters: Argon2Parameters = {
    ...{ memory, passes, parallelism, tagLength },
    // The same characters typed on two keyboards are the same password.
    ...{ message: password.normalize('NFKC'), nonce: salt },
  }
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, tag) => (error ? reject(error) : resolve(tag)))
  })
}

function parse(text: string): Hash | null {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(text)
  if (!match) return null
  const [memory = 0, passes = 0, parallelism = 0] = match.slice(1, 4).map(Number)
  const [salt, tag] = match.slice(4).map((part) => Buffer.from(part, 'base64'))
  if (!salt || tag?.length !== tagLength) return null
  return { memory, passes, parallelism, salt, tag }
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')
