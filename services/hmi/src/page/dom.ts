type Attributes = Readonly<Record<string, string>>

/** Makes an element; text is always set as text, so nothing from the data becomes HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children)
  return made
}

/** The element of the page with this id; throws when the HTML and the code disagree. */
export function byId<K extends keyof HTMLElementTagNameMap = 'div'>(
  id: string,
): HTMLElementTagNameMap[K] {
  const found = document.getElementById(id)
  if (!found) throw new Error(`the page has no element "${id}"`)
  return found as HTMLElementTagNameMap[K]
}

/** Makes a part of the page one that the keyboard reaches and that a screen reader names. */
export function makeFocusable(target: HTMLElement, role: string, label: string): void {
  target.tabIndex = 0
  target.setAttribute('role', role)
  target.setAttribute('aria-label', label)
}

/** The key `/` leads to where one searches. */
export function focusOnSlash(input: HTMLInputElement): void {
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.target instanceof HTMLInputElement) return
    event.preventDefault()
    input.focus()
  })
}

/** Writes only when it differs: an unchanged row costs no layout. */
export function setText(target: Node, text: string): void {
  if (target.textContent !== text) target.textContent = text
}

export function setAttribute(target: Element, name: string, value: string): void {
  if (target.getAttribute(name) !== value) target.setAttribute(name, value)
}
