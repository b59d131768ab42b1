import { type Alarm, noteWords, stateWords } from './alarm-list.ts'
import { request } from './api.ts'
import { byId, element, setText } from './dom.ts'

interface Explanation {
  readonly asce: string
  readonly transferFunction: string
  readonly properties: Readonly<Record<string, string>>
  readonly fault: string | null
  readonly inputs: readonly {
    readonly id: string
    readonly value: string | null
    readonly validity: string | null
    readonly point: string | null
  }[]
}

interface Transition {
  readonly time: string
  readonly to: string
  readonly priority: string
  readonly action: string | null
  readonly user: string | null
  readonly comment: string | null
}

const query = `query ($id: ID!, $from: DateTime!, $to: DateTime!) {
  alarmExplanation(id: $id) { asce transferFunction properties fault inputs { id value validity point } }
  alarmHistory(id: $id, from: $from, to: $to, first: 50, order: NEWEST) {
    edges { node { time to priority action user comment } } } }`

let shown: Alarm | null = null
const dayMs = 86_400_000

/** Shows an alarm beside the table; what it is made from and its history are fetched on a change. */
export function showDetails(alarm: Alarm): void {
  const isOther = shown?.id !== alarm.id || shown.state !== alarm.state || shown.time !== alarm.time
  shown = alarm
  byId('details').hidden = false
  setText(byId('details-title'), alarm.id)
  const words = [alarm.description, stateWords(alarm), noteWords(alarm), alarm.guidance, alarm.url]
  setText(byId('details-words'), words.filter((text) => text).join(' — '))
  byId('acknowledge').hidden = alarm.state.endsWith('_ACK')
  byId('shelve').hidden = !alarm.canShelve || alarm.shelvedUntil !== null
  byId('unshelve').hidden = alarm.shelvedUntil === null
  if (isOther) load(alarm.id).catch(tell)
}

async function load(id: string): Promise<void> {
  const from = new Date(Date.now() - dayMs).toISOString()
  const to = new Date(Date.now() + dayMs).toISOString()
  const found = await request<{
    alarmExplanation: Explanation
    alarmHistory: { edges: readonly { node: Transition }[] }
  }>(query, { id, from, to })
  if (shown?.id !== id) return
  const { asce, transferFunction, properties, fault, inputs } = found.alarmExplanation
  const pair = (name: string, text: string) => [element('dt', {}, name), element('dd', {}, text)]
  byId('explanation').replaceChildren(
    element(
      'dl',
      {},
      ...inputs.flatMap(({ id: input, value, validity, point }) =>
        pair(point ?? input, `${value ?? 'no value'} (${(validity ?? 'unknown').toLowerCase()})`),
      ),
      ...pair(asce, transferFunction),
      ...Object.entries(properties).flatMap(([name, value]) => pair(name, value)),
      ...(fault ? pair('fault', fault) : []),
    ),
  )
  byId('history').replaceChildren(
    ...found.alarmHistory.edges.map(({ node }) =>
      element(
        'li',
        {},
        `${node.time.slice(0, 19).replace('T', ' ')} ${node.to} ${node.priority}`,
        node.action ? ` – ${node.action} ${node.user ?? ''} ${node.comment ?? ''}` : '',
      ),
    ),
  )
}

const tell = (error: unknown): void =>
  setText(byId('problem'), error instanceof Error ? error.message : String(error))

/** A form that does one thing to the alarm that is shown. */
function does(form: string, mutation: string, args: string, types: string): void {
  byId<'form'>(form).addEventListener('submit', (event) => {
    event.preventDefault()
    const target = event.currentTarget
    if (shown === null || !(target instanceof HTMLFormElement)) return
    const data = new FormData(target)
    const variables = {
      ...{ alarm: shown.id, by: byId<'input'>('who').value || null },
      ...(data.has('text') ? { text: String(data.get('text')) } : {}),
      ...(data.has('minutes') ? { minutes: Number(data.get('minutes')) } : {}),
    }
    const text = `mutation ($alarm: ID!, $by: String${types}) {
      ${mutation}(alarm: $alarm, by: $by${args}) { id } }`
    request(text, variables).then(() => {
      target.reset()
      setText(byId('problem'), '')
    }, tell)
  })
}

does('acknowledge', 'acknowledge', ', comment: $text', ', $text: String!')
does('shelve', 'shelve', ', reason: $text, minutes: $minutes', ', $text: String!, $minutes: Int!')
does('unshelve', 'unshelve', '', '')
