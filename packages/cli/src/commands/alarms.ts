import { alarmPriorities, alarmStates } from '@mla/alarm'
import { formatTime } from '@mla/model'
import {
  alarmFields,
  alarmLine,
  colourOf,
  noteText,
  type ShownAlarm,
  stateText,
} from '../alarm-lines.ts'
import type { Cli, CliCommand, Given } from '../cli.ts'
import { Failure } from '../failure.ts'
import { followAlarms } from '../follow-alarms.ts'
import { timeOf } from '../given.ts'
import { ask } from '../graphql.ts'
import { printTable } from '../table.ts'

const query = `query ($filter: AlarmFilter, $at: DateTime) {
  alarms(filter: $filter, at: $at) { ${alarmFields} } }`

export const alarms: CliCommand = {
  name: 'alarms',
  summary: 'Alarms: the most urgent first, as a tree, or as they change',
  arguments: [['[match]', 'a pattern with * and ?, or a part of the id or description']],
  options: [
    ['-f, --follow', 'go on with what changes, until Ctrl-C'],
    ['-a, --all', 'also those that are clear and acknowledged'],
    ['--tree', 'by supervisor and DASU'],
    ['--state <names>', 'SET_UNACK, SET_ACK, CLEAR_UNACK, CLEAR_ACK, with commas'],
    ['--min <priority>', 'LOW, MEDIUM, HIGH, CRITICAL: this one and what is above'],
    ['--shelved', 'only what is shelved'],
    ['--at <time>', 'as they were: RFC 3339, or how long ago: 15m, 2d'],
  ],
  examples: ['mla alarms', 'mla alarms -f --min HIGH', "mla alarms --tree -a 'Tel01*' --at 1h"],
  async run(cli, given) {
    const filter = filterOf(given)
    if (given.flag('follow')) {
      await followAlarms(cli, filter, (alarm) =>
        cli.out.line(cli.out.json ? JSON.stringify(alarm) : alarmLine(cli.out, alarm)),
      )
      return 0
    }
    const text = given.text('at')
    const at = text === null ? null : formatTime(timeOf(text, Date.now()))
    const { data, complete } = await ask<{ alarms: readonly ShownAlarm[] }>(cli, query, {
      ...{ filter, at },
    })
    if (cli.out.json) cli.out.document(data.alarms)
    else if (given.flag('tree')) printTree(cli, data.alarms)
    else print(cli, data.alarms)
    return complete ? 0 : 1
  },
}

function filterOf(given: Given): Record<string, unknown> {
  const least = given.text('min')?.toUpperCase() ?? null
  if (least !== null && !alarmPriorities.some((one) => one === least)) {
    throw new Failure(2, `--min is "${least}"`, `write one of ${alarmPriorities.join(', ')}`)
  }
  const states = given
    .text('state')
    ?.split(',')
    .map((one) => one.trim().toUpperCase())
  for (const state of states ?? []) {
    if (alarmStates.some((one) => one === state)) continue
    throw new Failure(2, `--state has "${state}"`, `write some of ${alarmStates.join(', ')}`)
  }
  const isNarrow = states !== undefined || given.flag('all') || given.flag('shelved')
  return {
    match: given.words[0] ?? null,
    minPriority: least,
    shelved: given.flag('shelved') ? true : null,
    states: states ?? (isNarrow ? null : ['SET_UNACK', 'SET_ACK', 'CLEAR_UNACK']),
  }
}

function print({ out }: Cli, all: readonly ShownAlarm[]): void {
  if (all.length === 0) {
    out.note('no such alarm; --all shows those that are clear, too')
    return
  }
  printTable(
    out,
    all,
    [
      { title: 'STATE', text: stateText },
      { title: 'PRIORITY', text: ({ priority }) => priority },
      { title: 'ALARM', text: ({ id }) => id },
      { title: 'SINCE', text: ({ time }) => time.slice(0, 19).replace('T', ' ') },
      { title: 'WHAT', text: noteText },
    ],
    (line, alarm) => {
      const colour = colourOf(alarm)
      return colour === null ? line : out.paint(colour, line)
    },
  )
}

function printTree({ out }: Cli, all: readonly ShownAlarm[]): void {
  const tree = new Map<string, Map<string, ShownAlarm[]>>()
  for (const alarm of all) {
    const dasus = tree.get(alarm.supervisor ?? '?') ?? new Map<string, ShownAlarm[]>()
    tree.set(alarm.supervisor ?? '?', dasus)
    dasus.set(alarm.dasu ?? '?', [...(dasus.get(alarm.dasu ?? '?') ?? []), alarm])
  }
  for (const [supervisor, dasus] of tree) {
    out.line(out.paint('bold', supervisor))
    for (const [dasu, alarms] of dasus) {
      const set = alarms.filter(({ state }) => state.startsWith('SET')).length
      out.line(`  ${dasu}  (${set} of ${alarms.length} set)`)
      for (const alarm of alarms) {
        const colour = colourOf(alarm)
        const line = `    ${stateText(alarm).padEnd(12)} ${alarm.priority.padEnd(8)} ${alarm.id}  ${noteText(alarm)}`
        out.line(colour === null ? line : out.paint(colour, line))
      }
    }
  }
}
