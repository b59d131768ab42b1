import { parseDuration } from '@mla/model'
import type { Cli, CliCommand } from '../cli.ts'
import { Failure } from '../failure.ts'
import { ask } from '../graphql.ts'
import { pointsMeant } from '../point-query.ts'
import { printTable } from '../table.ts'

interface Campaign {
  readonly id: string
  readonly points: readonly string[]
  readonly intervalMs: number
  readonly since: string
  readonly until: string
  readonly by: string
  readonly why: string
  readonly endedBy: string | null
}

const fields = 'id points intervalMs since until by why endedBy'

export const campaignBegin: CliCommand = {
  name: 'campaign begin',
  summary: 'Sample points faster for some time; it takes effect at once and ends by itself',
  arguments: [['<points...>', 'ids, or patterns with * or ?']],
  options: [
    ['--every <duration>', 'the sampling interval', '10ms'],
    ['--for <duration>', 'how long, up to 24h', '10m'],
    ['-m, --why <text>', 'what is looked for; it is kept'],
  ],
  examples: ["mla campaign begin 'Tel01/Mount/*/Position' --every 10ms --for 5m -m 'vibrations'"],
  async run(cli, given) {
    const why = given.text('why')
    if (!why) throw new Failure(2, '--why is missing', "say what is looked for: --why '…'")
    const intervalMs = parseDuration(given.text('every') ?? '10ms') / 1000
    const points = (await pointsMeant(cli, given.words)).map(({ id }) => id)
    const query = /* GraphQL */ `
      mutation ($points: [ID!]!, $intervalMs: Float!, $for: Duration!, $why: String!, $by: String) {
        beginCampaign(points: $points, intervalMs: $intervalMs, duration: $for, why: $why, by: $by) { ${fields} }
      }`
    const variables = {
      points,
      intervalMs,
      for: given.text('for') ?? '10m',
      why,
      by: cli.env['USER'] ?? null,
    }
    const { data } = await ask<{ beginCampaign: Campaign }>(cli, query, variables)
    const { id, until } = data.beginCampaign
    if (cli.out.json) cli.out.document(data.beginCampaign)
    else {
      cli.out.line(`${id}: ${points.length} points every ${intervalMs} ms until ${until}`)
      cli.out.note(`     end it before with: mla campaign end ${id}`)
    }
    return 0
  },
}

export const campaignList: CliCommand = {
  name: 'campaign list',
  summary: 'Who has points sampled faster, or had, and why',
  arguments: [],
  options: [['--active', 'only those in force']],
  examples: ['mla campaign list --active'],
  async run(cli, given) {
    const query = `query ($active: Boolean) { campaigns(active: $active) { ${fields} } }`
    const { data } = await ask<{ campaigns: Campaign[] }>(cli, query, {
      active: given.flag('active'),
    })
    if (cli.out.json) cli.out.document(data.campaigns)
    else print(cli, data.campaigns)
    return 0
  },
}

function print(cli: Cli, campaigns: readonly Campaign[]): void {
  const now = Date.now()
  printTable(cli.out, campaigns, [
    { title: 'ID', text: ({ id }) => id },
    { title: 'STATE', text: ({ until }) => (Date.parse(until) > now ? 'active' : 'over') },
    { title: 'POINTS', align: 'right', text: ({ points }) => String(points.length) },
    { title: 'EVERY', align: 'right', text: ({ intervalMs }) => `${intervalMs} ms` },
    { title: 'SINCE', text: ({ since }) => since },
    { title: 'UNTIL', text: ({ until, endedBy }) => until + (endedBy ? ` (${endedBy})` : '') },
    { title: 'BY', text: ({ by }) => by },
    {
      title: 'WHY',
      text: ({ why, points }) => `${why}: ${points[0]}${points.length > 1 ? ', …' : ''}`,
    },
  ])
}

export const campaignEnd: CliCommand = {
  name: 'campaign end',
  summary: 'End a campaign before its time',
  arguments: [['<id>', 'as mla campaign list shows it']],
  options: [],
  examples: ['mla campaign end lv2k9x1a'],
  async run(cli, given) {
    const query = `mutation ($id: ID!, $by: String) { endCampaign(id: $id, by: $by) { ${fields} } }`
    const { data } = await ask<{ endCampaign: Campaign }>(cli, query, {
      ...{ id: given.words[0] ?? '', by: cli.env['USER'] ?? null },
    })
    if (cli.out.json) cli.out.document(data.endCampaign)
    else cli.out.line(`${data.endCampaign.id} is over`)
    return 0
  },
}
