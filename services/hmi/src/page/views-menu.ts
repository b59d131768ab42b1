import { ApiError, request } from './api.ts'
import { byId, element, setText } from './dom.ts'

interface SavedView {
  readonly name: string
  readonly address: string
  readonly by: string
}

/** The menu of saved views: it reads them when it is opened. */
export function setUpViewsMenu(): void {
  const menu = byId<'details'>('views')
  const form = byId<'form'>('save-view')
  const say = (words: string): void => setText(byId('views-said'), words)

  const read = async (): Promise<void> => {
    try {
      const { views } = await request<{ views: readonly SavedView[] }>(
        '{ views { name address by } }',
        {},
      )
      byId('views-list').replaceChildren(...views.map(itemOf))
      say(views.length === 0 ? 'None is saved yet.' : '')
    } catch (error) {
      say(wordsOf(error))
    }
  }
  const does = async (mutation: string, variables: object): Promise<void> => {
    try {
      await request(mutation, { ...variables })
      await read()
    } catch (error) {
      say(wordsOf(error))
    }
  }
  const itemOf = ({ name, address, by }: SavedView): HTMLElement => {
    const link = element('a', { href: address, title: `saved by ${by}` }, name)
    // Where only the fragment differs the page is not loaded anew.
    link.addEventListener('click', () => {
      menu.open = false
    })
    const remove = element(
      'button',
      { type: 'button', 'aria-label': `Remove the view ${name}` },
      '×',
    )
    remove.addEventListener('click', () => {
      if (confirm(`Remove the view ${name} for all?`)) {
        void does('mutation ($name: String!) { removeView(name: $name) }', { name })
      }
    })
    return element('li', {}, link, remove)
  }

  menu.addEventListener('toggle', () => {
    if (menu.open) void read()
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const name = String(new FormData(form).get('name'))
    const address = location.pathname + location.search + location.hash
    const mutation =
      'mutation ($name: String!, $address: String!) { saveView(name: $name, address: $address) { name } }'
    form.reset()
    void does(mutation, { name, address })
  })
  document.addEventListener('click', ({ target }) => {
    if (target instanceof Node && !menu.contains(target)) menu.open = false
  })
  menu.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') menu.open = false
  })
}

const wordsOf = (error: unknown): string =>
  error instanceof ApiError ? error.message : 'The views could not be read.'
