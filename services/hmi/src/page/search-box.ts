import { byId } from './dom.ts'

/** The search field: "/" comes here from everywhere, Escape clears, Arrow Down goes to the tree. */
export function setUpSearchBox(changed: (query: string) => void): void {
  const input = byId<'input'>('search')
  input.addEventListener('input', () => changed(input.value))
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && input.value !== '') {
      input.value = ''
      changed('')
      event.preventDefault()
    }
    if (event.key === 'ArrowDown') byId('tree').focus()
    if (event.key === 'Enter') byId('table').focus()
  })
  addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof HTMLInputElement
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    input.select()
  })
}
