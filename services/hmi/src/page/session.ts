import { byId, setText } from './dom.ts'

export interface Session {
  readonly mode: 'off' | 'local' | 'oidc'
  /** Nobody is set up yet. */
  readonly setup: boolean
  readonly user: { readonly name: string; readonly role: string } | null
  /** What a page of ours sends beside the cookie. */
  readonly csrf: string | null
}

const retryMs = 3_000
let session: Session = { mode: 'off', setup: false, user: null, csrf: null }

export const sessionHeaders = (): Readonly<Record<string, string>> =>
  session.csrf === null ? {} : { 'x-mla-csrf': session.csrf }

/** Throws where the server does not answer. */
export async function readSession(): Promise<Session> {
  const response = await fetch('/auth/state', { cache: 'no-store' })
  if (!response.ok) throw new Error(`the server answered ${response.status}`)
  session = (await response.json()) as Session
  return session
}

/** Posts to one of the login's addresses; answers why it was refused, or null. */
export async function postAuth(path: string, body: object): Promise<string | null> {
  const response = await fetch(`/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...sessionHeaders() },
    body: JSON.stringify(body),
  }).catch(() => null)
  if (response?.ok) return null
  const answer = (await response?.json().catch(() => null)) as {
    errors?: readonly { message: string }[]
  } | null
  return answer?.errors?.[0]?.message ?? 'The server does not answer.'
}

/** To the login page, which leads back to this one. */
export function toLogin(): void {
  if (location.pathname === '/login') return
  const back = location.pathname + location.search + location.hash
  location.assign(`/login#to=${encodeURIComponent(back)}`)
}

/** Resolves when somebody is logged in, or nobody needs to be; else the login page comes. */
export async function signedIn(): Promise<Session> {
  for (;;) {
    try {
      const now = await readSession()
      if (now.mode !== 'off' && now.user === null) {
        toLogin()
        return await new Promise<never>(() => {})
      }
      showUser(now)
      return now
    } catch {
      setText(byId('me'), 'The server does not answer; trying again every 3 s.')
      await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }
}

function showUser({ mode, user }: Session): void {
  setText(byId('me'), mode === 'off' || !user ? '' : `${user.name}, ${user.role}`)
  const button = byId<'button'>('log-out')
  button.hidden = mode === 'off'
  button.addEventListener('click', async () => {
    await postAuth('logout', {})
    location.assign('/login')
  })
}
