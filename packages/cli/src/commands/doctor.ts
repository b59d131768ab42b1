import { checksOf, outcomeOf } from '../checks.ts'
import type { CliCommand, ExitCode } from '../cli.ts'

export const doctor: CliCommand = {
  name: 'doctor',
  summary: 'Check disk, certificates, configuration, servers, clocks and components',
  arguments: [],
  options: [],
  examples: ['KAFKA_BROKERS=k1:9092 CASSANDRA_CONTACT_POINTS=c1 mla doctor'],
  async run(cli) {
    const checks = checksOf(cli)
    const told: object[] = []
    let worst: ExitCode = 0
    for (const [i, check] of checks.entries()) {
      const { name, leftOut } = check
      cli.out.progress(i, checks.length, name)
      if (leftOut !== null) {
        told.push({ check: name, result: 'left out', message: leftOut, cure: null })
        if (!cli.out.json) cli.out.line(`${name}: ${cli.out.paint('dim', 'left out')}, ${leftOut}`)
        continue
      }
      const outcome = await outcomeOf(check)
      if ('good' in outcome) {
        told.push({ check: name, result: 'good', message: outcome.good, cure: null })
        if (!cli.out.json)
          cli.out.line(`${name}: ${cli.out.paint('green', 'good')}, ${outcome.good}`)
        continue
      }
      worst = 1
      told.push({ check: name, result: 'bad', ...outcome })
      if (cli.out.json) continue
      cli.out.line(`${name}: ${cli.out.paint('red', 'bad')}, ${outcome.message}`)
      if (outcome.cure !== '') cli.out.line(`     ${outcome.cure}`)
    }
    cli.out.progress(checks.length, checks.length, 'done')
    if (cli.out.json) cli.out.document(told)
    else if (worst === 1)
      cli.out.note('mla: mend these from the top: what is above breaks what is below')
    return worst
  },
}
