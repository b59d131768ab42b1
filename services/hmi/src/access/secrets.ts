import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 random bits, to be written in a URL or a header. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** What is kept of a secret: enough to know it again, and not to use it. */
export const hashOf = (secret: string): string =>
  createHash('sha256').update(secret).digest('base64url')

/** Compares texts in a time that does not tell how much of them is alike. */
export const isSame = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())

/** Shown to the pages of a session, and sent back by them: a foreign page cannot know it. */
export const csrfOf = (session: string): string => hashOf(`csrf of ${session}`)
