import { type Alarm, isAside, isSet, isUnacknowledged, pathOf, stateWords } from './alarm-list.ts'
import { prioritySigns, stateClass } from './alarm-rows.ts'
import { remarksOf, type Standing, type StandingOf } from './alarm-standing.ts'
import { element, setAttribute } from './dom.ts'

/** A branch with what its alarms come to. */
export interface AlarmBranch {
  readonly name: string
  readonly path: string
  readonly branches: readonly AlarmBranch[]
  readonly leaves: readonly Alarm[]
  readonly alarms: number
  readonly set: number
  readonly unacknowledged: number
  readonly aside: number
  readonly escalated: number
}

/** The alarms by the parts of their paths; what has none of its own stands with its parent. */
export function treeOf(alarms: readonly Alarm[], name = '', depth = 0): AlarmBranch {
  const groups = new Map<string, Alarm[]>()
  const leaves: Alarm[] = []
  for (const alarm of alarms) {
    const parts = pathOf(alarm).split('/')
    const part = parts[depth]
    if (part === undefined || depth >= parts.length - 1) leaves.push(alarm)
    else groups.set(part, [...(groups.get(part) ?? []), alarm])
  }
  const first = alarms[0]
  return {
    ...{ name, path: first ? pathOf(first).split('/', depth).join('/') : '', leaves },
    branches: [...groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([part, own]) => treeOf(own, part, depth + 1)),
    alarms: alarms.length,
    set: alarms.filter((one) => isSet(one) && !isAside(one)).length,
    unacknowledged: alarms.filter((one) => isUnacknowledged(one) && !isAside(one)).length,
    aside: alarms.filter(isAside).length,
    escalated: alarms.filter((one) => one.escalatedTime !== null).length,
  }
}

/** What a branch comes to, in words. */
export function branchWords({
  alarms,
  set,
  unacknowledged,
  aside,
  escalated,
}: AlarmBranch): string {
  const parts = [`${alarms} alarms`]
  if (escalated > 0) parts.push(`${escalated} escalated`)
  if (unacknowledged > 0) parts.push(`${unacknowledged} to acknowledge`)
  if (set > 0) parts.push(`${set} set`)
  if (aside > 0) parts.push(`${aside} set aside`)
  return parts.join(', ')
}

export interface TreeLook {
  readonly standings: StandingOf
  readonly nowChosen: string | null
  readonly inZone: 'utc' | 'local'
}

const alone: Standing = { cause: null, explains: [], after: null, followers: [] }

/** Draws the tree of alarms; what is open stays open. */
export function createAlarmTree(host: HTMLElement, choose: (id: string) => void) {
  const details = new Map<string, HTMLDetailsElement>()
  const branches = new Map<string, AlarmBranch>()
  const leaves = new Map<string, { readonly key: string; readonly button: HTMLButtonElement }>()
  let chosen: string | null = null
  let shows: (alarm: Alarm) => boolean = () => true
  let standingOf: StandingOf = () => alone
  let zone: 'utc' | 'local' = 'utc'

  const branchOf = (branch: AlarmBranch): HTMLDetailsElement => {
    const { path, name, set, unacknowledged } = branch
    const kept = details.get(path)
    const made = kept ?? element('details', {}, element('summary'), element('div'))
    if (!kept) {
      details.set(path, made)
      made.addEventListener('toggle', () => {
        if (made.open) fill(made, branches.get(path) ?? branch)
      })
    }
    branches.set(path, branch)
    const kind = unacknowledged > 0 ? 'bad' : set > 0 ? 'uncertain' : ''
    const summary = made.firstElementChild ?? made
    const words = branchWords(branch)
    if (summary.textContent !== `${name}${words}` || !summary.children.length) {
      summary.replaceChildren(
        element('i', { class: `mark ${kind}` }),
        element('b', {}, name),
        element('span', { class: 'count' }, words),
      )
    } else setAttribute(summary.children[0] ?? summary, 'class', `mark ${kind}`)
    if (made.open) fill(made, branch)
    return made
  }

  /** The same element as long as it says the same, so that a click finds it. */
  const leafOf = (alarm: Alarm): HTMLButtonElement => {
    const sign = prioritySigns[alarm.priority]
    const remarks = remarksOf(alarm, standingOf(alarm), zone).join('; ')
    const about = [alarm.description ?? '', remarks].filter((words) => words).join(' — ')
    const says = [sign, stateWords(alarm), about] as const
    const key = says.join(' | ')
    const kept = leaves.get(alarm.id)
    const button = kept?.key === key ? kept.button : element('button', { type: 'button' })
    if (button !== kept?.button) {
      button.className = 'plain'
      button.dataset['alarm'] = alarm.id
      button.append(
        `${sign} ${pathOf(alarm).split('/').at(-1) ?? ''} `,
        element('span', { class: stateClass(alarm) }, says[1]),
        ` ${says[2]}`,
      )
      button.addEventListener('click', () => choose(alarm.id))
      leaves.set(alarm.id, { key, button })
    }
    setAttribute(button, 'aria-pressed', String(alarm.id === chosen))
    return button
  }

  const fill = (made: HTMLElement, branch: AlarmBranch): void => {
    const host = made.lastElementChild ?? made
    const below = branch.branches.map(branchOf)
    const own = branch.leaves.filter(shows).map(leafOf)
    keepFocus(() => place(host, [...below, ...own]))
  }

  return (
    alarms: readonly Alarm[],
    wanted: (alarm: Alarm) => boolean,
    { standings, nowChosen, inZone }: TreeLook,
  ): void => {
    chosen = nowChosen
    shows = wanted
    standingOf = standings
    zone = inZone
    const tree = treeOf(alarms)
    const own = tree.leaves.filter(shows).map(leafOf)
    keepFocus(() => place(host, [...tree.branches.map(branchOf), ...own]))
  }
}

/** Puts the children there without touching those that are in their place already. */
function place(host: Element, children: readonly HTMLElement[]): void {
  children.forEach((child, i) => {
    if (host.children[i] !== child) host.insertBefore(child, host.children[i] ?? null)
  })
  while (host.children.length > children.length) host.lastElementChild?.remove()
}

/** A leaf is drawn anew; the keyboard stays on the one of the same alarm. */
function keepFocus(work: () => void): void {
  const active = document.activeElement
  const id = active instanceof HTMLElement ? active.dataset['alarm'] : undefined
  work()
  if (id === undefined || document.activeElement === active) return
  const same = document.querySelector<HTMLElement>(`[data-alarm="${CSS.escape(id)}"]`)
  same?.focus({ preventScroll: true })
}
