import { byId, setText } from './dom.ts'
import { postAuth, readSession, type Session } from './session.ts'
import { setUpTheme } from './theme.ts'

const retryMs = 3_000

setUpTheme()
const form = byId<'form'>('login')
let session = await state()
show(session)

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const given = Object.fromEntries(new FormData(form)) as Record<string, string>
  byId<'button'>('submit').disabled = true
  setText(byId('problem'), '')
  const { name, password, code } = given
  const path = session.setup ? 'setup' : 'login'
  const problem = await postAuth(
    path,
    session.setup ? { name, password, code } : { name, password },
  )
  byId<'button'>('submit').disabled = false
  if (problem === null) {
    goOn()
    return
  }
  setText(byId('problem'), problem)
  form.querySelector<HTMLInputElement>('input[type=password]')?.select()
})

async function state(): Promise<Session> {
  for (;;) {
    try {
      return await readSession()
    } catch {
      setText(byId('words'), 'The server does not answer; trying again every 3 s.')
      await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }
}

function show(now: Session): void {
  session = now
  if (now.mode === 'off' || now.user) {
    goOn()
    return
  }
  const isLocal = now.mode === 'local'
  form.hidden = !isLocal
  byId('provider').hidden = isLocal
  byId('code-label').hidden = !now.setup
  const code = form.elements.namedItem('code')
  if (code instanceof HTMLInputElement) code.required = now.setup
  if (now.setup) {
    setText(byId('heading'), 'Set up the first user')
    setText(byId('submit'), 'Make the first expert')
    setText(
      byId('words'),
      'The code is in the log of the HMI. A password has 12 characters or more.',
    )
  } else setText(byId('words'), '')
  form.querySelector<HTMLInputElement>('label:not([hidden]) input')?.focus()
}

/** To the page that led here: a path of this server, nothing else. */
function goOn(): void {
  const to = new URLSearchParams(location.hash.slice(1)).get('to') ?? '/'
  const url = new URL(to, location.origin)
  location.assign(url.origin === location.origin && to.startsWith('/') ? url.href : '/')
}
