import { alarmFields, alarmLine, type ShownAlarm } from '../alarm-lines.ts'
import type { CliCommand } from '../cli.ts'
import { Failure } from '../failure.ts'
import { numberIn } from '../given.ts'
import { ask } from '../graphql.ts'

interface Does {
  readonly word: string
  readonly mutation: string
  readonly summary: string
  /** The argument that says why; null where none is asked for. */
  readonly why: 'comment' | 'reason' | null
  readonly hasMinutes?: boolean
}

/** A command that does one thing to some alarms, one after the other. */
function command({ word, mutation, summary, why, hasMinutes = false }: Does): CliCommand {
  return {
    name: `alarms ${word}`,
    summary,
    arguments: [['<alarms...>', 'their ids']],
    options: [
      ...(why ? [[`-m, --${why} <text>`, 'why; it is kept'] as const] : []),
      ...(hasMinutes ? [['--minutes <number>', 'for how long', '60'] as const] : []),
      ['--by <name>', 'who says so, where nobody logs in'],
    ],
    examples: [`mla alarms ${word} WindHigh${why ? ` -m 'seen'` : ''}`],
    async run(cli, given) {
      const text = why ? given.text(why) : null
      if (why && !text) throw new Failure(2, `--${why} is missing`, `say why: --${why} '…'`)
      const by = given.text('by') ?? cli.env['USER'] ?? null
      const minutes = hasMinutes ? numberIn(given, 'minutes', { min: 1, max: 1_000_000 }) : null
      const query = `mutation ($alarm: ID!, $by: String${why ? ', $text: String!' : ''}${hasMinutes ? ', $minutes: Int!' : ''}) {
        done: ${mutation}(alarm: $alarm, by: $by${why ? `, ${why}: $text` : ''}${hasMinutes ? ', minutes: $minutes' : ''}) {
          ${alarmFields} } }`
      const done: ShownAlarm[] = []
      for (const alarm of given.words) {
        const variables = {
          ...{ alarm, by },
          ...(why ? { text } : {}),
          ...(hasMinutes ? { minutes } : {}),
        }
        const { data } = await ask<{ done: ShownAlarm }>(cli, query, variables)
        done.push(data.done)
        if (!cli.out.json) cli.out.line(alarmLine(cli.out, data.done))
      }
      if (cli.out.json) cli.out.document(done)
      return 0
    },
  }
}

export const alarmsAck = command({
  ...{ word: 'ack', mutation: 'acknowledge', why: 'comment' },
  summary: 'Acknowledge alarms, with a comment',
})
export const alarmsUnack = command({
  ...{ word: 'unack', mutation: 'unacknowledge', why: 'reason' },
  summary: 'Take an acknowledgement back',
})
export const alarmsShelve = command({
  ...{ word: 'shelve', mutation: 'shelve', why: 'reason', hasMinutes: true },
  summary: 'Put alarms aside for a time, with a reason',
})
export const alarmsUnshelve = command({
  ...{ word: 'unshelve', mutation: 'unshelve', why: null },
  summary: 'Take alarms from the shelf',
})
export const alarmsOut = command({
  ...{ word: 'out', mutation: 'takeOutOfService', why: 'reason' },
  summary: 'Take alarms out of service, until they are returned',
})
export const alarmsReturn = command({
  ...{ word: 'return', mutation: 'returnToService', why: null },
  summary: 'Return alarms to service',
})
