import { ApiError, loadNamed, loadPoints, request } from './api.ts'
import { byId, element, setText } from './dom.ts'
import { mostItems, type PaneKind, type PaneSpec, paneKinds } from './layout-spec.ts'

export interface PaneForm {
  /** Asks for a new pane, or for changes of one. */
  open(pane: PaneSpec | null): void
}

interface Parts {
  readonly say: (words: string) => void
  readonly done: (pane: PaneSpec, replaced: PaneSpec | null) => void
}

const wordsOf: Readonly<Record<PaneKind, readonly [label: string, hint: string]>> = {
  plot: ['Points', 'Tel01/Mount/Azimuth/Position, or a pattern: Tel0?/Mount/*/Position'],
  table: ['Points', 'Tel01/Mount/**'],
  gauge: ['Points', 'Array/Weather/WindSpeed'],
  alarms: ['Part of the path', 'Tel01/Mount; empty for all'],
  logs: ['Priority and source', 'WARNING mla/*'],
}
const settleMs = 200

/** The form in which a pane is described; patterns become the points that match now. */
export function setUpPaneForm({ say, done }: Parts): PaneForm {
  const form = byId<'form'>('pane-form')
  const field = (name: string) =>
    form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement
  const submit = form.querySelector('button')
  let replaced: PaneSpec | null = null

  const kindOf = (): PaneKind => paneKinds.find((each) => each === field('kind').value) ?? 'plot'
  const drawWords = (): void => {
    const [label, hint] = wordsOf[kindOf()]
    setText(byId('items-words'), label)
    field('items').setAttribute('placeholder', hint)
    ;(field('items') as HTMLInputElement).required = !/alarms|logs/.test(kindOf())
  }
  field('kind').addEventListener('change', drawWords)
  byId('cancel-pane').addEventListener('click', () => {
    form.hidden = true
  })

  let settle: ReturnType<typeof setTimeout> | undefined
  field('items').addEventListener('input', () => {
    clearTimeout(settle)
    settle = setTimeout(() => void suggest(field('items').value, kindOf()), settleMs)
  })

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void take()
  })
  async function take(): Promise<void> {
    const kind = kindOf()
    try {
      const items = await itemsOf(kind, field('items').value)
      const [width, height] = [Number(field('width').value), Number(field('height').value)]
      done({ kind, width, height, title: field('title').value.trim(), items }, replaced)
      form.hidden = true
      say('')
    } catch (error) {
      say(error instanceof Error ? error.message : 'The points could not be read.')
    }
  }

  return {
    open(pane) {
      replaced = pane
      form.hidden = false
      field('kind').value = pane?.kind ?? 'plot'
      field('items').value = pane?.items.join(' ') ?? ''
      field('title').value = pane?.title ?? ''
      field('width').value = String(pane?.width ?? 2)
      field('height').value = String(pane?.height ?? 1)
      if (submit) setText(submit, pane ? 'Change' : 'Add')
      drawWords()
      field('items').focus()
    },
  }
}

/** What was typed as the pane's items. Throws ApiError with what is wrong of it. */
async function itemsOf(kind: PaneKind, text: string): Promise<readonly string[]> {
  const words = text.split(/[\s,]+/).filter(Boolean)
  if (kind === 'alarms') return words.slice(0, 1)
  if (kind === 'logs') return words.slice(0, 2)
  const found: string[] = []
  for (const word of words) {
    if (!/[*?]/.test(word)) found.push(word)
    else found.push(...(await loadPoints(() => {}, word)).map(({ id }) => id))
  }
  const ids = [...new Set(found)]
  if (ids.length === 0) throw new ApiError('No point matches.', false)
  if (ids.length > mostItems[kind]) {
    const most = `at most ${mostItems[kind]} fit into a ${kind}`
    throw new ApiError(`${ids.length} points; ${most}.`, false)
  }
  const known = new Set((await loadNamed(ids)).map(({ id }) => id))
  const unknown = ids.find((id) => !known.has(id))
  if (unknown !== undefined) throw new ApiError(`There is no point ${unknown}.`, false)
  return ids
}

/** Points that continue the last word, for the browser's list below the field. */
async function suggest(text: string, kind: PaneKind): Promise<void> {
  const words = text.split(/[\s,]+/)
  const last = words.at(-1) ?? ''
  if (last.length < 2 || /[*?]/.test(last) || /alarms|logs/.test(kind)) return
  const front = text.slice(0, text.length - last.length)
  const query =
    'query ($match: String) { points(match: $match, first: 20) { edges { node { id } } } }'
  const found = await request<{ points: { edges: readonly { node: { id: string } }[] } }>(query, {
    match: last,
  }).catch(() => null)
  const options = found?.points.edges.map(({ node }) =>
    element('option', { value: front + node.id }),
  )
  byId('suggestions').replaceChildren(...(options ?? []))
}
