import { formatTime } from '@mla/model'
import { alarmFields, alarmLine, type ShownAlarm } from '../alarm-lines.ts'
import type { Cli, CliCommand } from '../cli.ts'
import { timeOf } from '../given.ts'
import { ask } from '../graphql.ts'

const query = `query ($id: ID!, $at: DateTime) { alarmExplanation(id: $id, at: $at) {
  id alarm { ${alarmFields} } supervisor dasu asce transferFunction properties fault
  inputs { id type description point value validity mode time isMade } } }`

interface Explained {
  readonly id: string
  readonly alarm: ShownAlarm | null
  readonly supervisor: string
  readonly dasu: string
  readonly asce: string
  readonly transferFunction: string
  readonly properties: Readonly<Record<string, string>>
  readonly fault: string | null
  readonly inputs: readonly {
    readonly id: string
    readonly type: string
    readonly description: string | null
    readonly point: string | null
    readonly value: string | null
    readonly validity: string | null
    readonly mode: string | null
    readonly time: string | null
    readonly isMade: boolean
  }[]
}

const deepest = 10

export const alarmsExplain: CliCommand = {
  name: 'alarms explain',
  summary: 'Which inputs, values and rules make an alarm so, or made it so at a time',
  arguments: [['<alarm>', 'its id']],
  options: [['--at <time>', 'RFC 3339, or how long ago: 15m, 2d']],
  examples: ['mla alarms explain WindHigh', 'mla alarms explain WindHigh --at 2h'],
  async run(cli, given) {
    const text = given.text('at')
    const at = text === null ? null : formatTime(timeOf(text, Date.now()))
    const found: Explained[] = []
    await explain(cli, given.words[0] ?? '', at, 0, found)
    if (cli.out.json) cli.out.document(found)
    return 0
  },
}

/** One alarm, and below it those that it is made from. */
async function explain(
  cli: Cli,
  id: string,
  at: string | null,
  depth: number,
  found: Explained[],
): Promise<void> {
  const { data } = await ask<{ alarmExplanation: Explained }>(cli, query, { id, at })
  const one = data.alarmExplanation
  found.push(one)
  if (!cli.out.json) print(cli, one, '  '.repeat(depth))
  if (depth >= deepest) return
  for (const input of one.inputs) {
    const isKnown = found.some((other) => other.id === input.id)
    if (input.isMade && !isKnown) await explain(cli, input.id, at, depth + 1, found)
  }
}

function print({ out }: Cli, one: Explained, indent: string): void {
  const line = (text: string): void => out.line(indent + text)
  line(one.alarm ? alarmLine(out, one.alarm) : `${one.id}: nothing is known of it`)
  line(`  made by ${one.asce} (${one.transferFunction}) of ${one.dasu}, ${one.supervisor}`)
  for (const [name, value] of Object.entries(one.properties)) line(`  rule ${name} = ${value}`)
  if (one.fault) line(out.paint('red', `  fault: ${one.fault}`))
  for (const input of one.inputs) {
    const value = input.value ?? 'no value'
    const quality = [input.validity, input.mode].filter((text) => text !== null).join(' ')
    const from = input.point ? ` from ${input.point}` : ''
    line(`  input ${input.id} = ${value} (${quality || 'unknown'}) at ${input.time ?? '?'}${from}`)
  }
}
