import { byId, setText } from './dom.ts'

const themes = ['auto', 'dark', 'light'] as const
type Theme = (typeof themes)[number]

/** The colours follow the computer's setting until the button says otherwise. */
export function setUpTheme(): (changed: () => void) => void {
  const listeners: (() => void)[] = []
  const button = byId<'button'>('theme')
  let theme: Theme = remembered()
  const apply = (): void => {
    document.documentElement.dataset['theme'] = theme
    setText(button, { auto: '◐ auto', dark: '● dark', light: '○ light' }[theme])
    button.setAttribute('aria-label', `Colours: ${theme}. Change.`)
    for (const listener of listeners) listener()
  }
  button.addEventListener('click', () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'auto'
    remember(theme)
    apply()
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply)
  setUpPanes()
  apply()
  return (changed) => listeners.push(changed)
}

/** On a telephone one of the three parts is on the screen; these buttons choose which. */
function setUpPanes(): void {
  for (const button of document.querySelectorAll<HTMLElement>('[data-pane-button]')) {
    button.addEventListener('click', () => {
      document.body.dataset['pane'] = button.dataset['paneButton'] ?? 'table'
    })
  }
}

/** A browser that keeps nothing for this page (private mode) throws; then it starts with auto. */
function remembered(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem('mla-theme')) ?? 'auto'
  } catch {
    return 'auto'
  }
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem('mla-theme', theme)
  } catch {
    // The choice then lasts until the page is closed.
  }
}
