import { ApiError, request } from './api.ts'
import { byId, element } from './dom.ts'

interface Parts {
  /** The hash of the layout as it is shown, under a name. */
  readonly addressOf: (name: string) => string
  readonly say: (words: string) => void
}

/**
 * The layouts that operators share. Each is a saved view, so that it stands in the menu of views,
 * too, and outlives all processes.
 */
export function setUpSavedLayouts({ addressOf, say }: Parts): (name: string) => void {
  const select = byId<'select'>('layouts')
  const form = byId<'form'>('save-layout')
  const input = form.elements.namedItem('name') as HTMLInputElement
  const addresses = new Map<string, string>()

  const read = async (): Promise<void> => {
    const query = '{ views { name address } }'
    const { views } = await request<{ views: readonly { name: string; address: string }[] }>(
      query,
      {},
    )
    addresses.clear()
    for (const { name, address } of views) {
      if (address.startsWith('/layout')) addresses.set(name, address)
    }
    const names = [...addresses.keys()].map((name) => element('option', { value: name }, name))
    select.replaceChildren(element('option', { value: '' }, '–'), ...names)
    select.value = addresses.has(input.value) ? input.value : ''
  }
  const failed = (error: unknown): void =>
    say(error instanceof ApiError ? error.message : 'The layouts could not be read.')

  select.addEventListener('change', () => {
    const address = addresses.get(select.value)
    if (address) location.hash = address.slice(address.indexOf('#'))
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const name = input.value.trim()
    const address = `/layout${addressOf(name)}`
    const mutation =
      'mutation ($name: String!, $address: String!) { saveView(name: $name, address: $address) { name } }'
    request(mutation, { name, address })
      .then(() => say(`Saved as ${name}, for all.`))
      .then(read)
      .catch(failed)
  })
  void read().catch(failed)
  return (name) => {
    input.value = name
    select.value = addresses.has(name) ? name : ''
  }
}
