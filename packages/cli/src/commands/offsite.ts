import { join } from 'node:path'
import { lockFolder } from '@mla/kit'
import { formatTime, type Micros, microsPerDay, microsPerSecond, parseDuration } from '@mla/model'
import type { Cli, CliCommand } from '../cli.ts'
import { Failure } from '../failure.ts'
import { pointsMeant } from '../point-query.ts'
import { printTable } from '../table.ts'
import { exportedPoint, faultOf, type Manifest, readManifest } from '../transfer/manifest.ts'
import { writeExport } from '../transfer/write-export.ts'

interface Day {
  readonly date: string
  readonly folder: string
  readonly from: Micros
  readonly state: 'whole' | 'begun' | 'missing' | 'spoilt'
  readonly samples: number
  readonly bytes: number
}

export const offsite: CliCommand = {
  name: 'offsite',
  summary:
    'Move the days that are over to the data centre, those that are not there yet; for a timer',
  arguments: [['<points...>', "ids, or patterns with * or ?: '**' for all"]],
  options: [
    ['--into <folder>', 'of the data centre: a folder for each day', 'offsite'],
    ['--keep <duration>', 'how long the archive keeps samples: so far back it looks', '30d'],
    ['--settle <duration>', 'how long after its end a day waits for late samples', '6h'],
    ['--status', 'only says what is there; with --verify, whether it is as it was written'],
    ['--verify', 'looks at the checksum of every file'],
  ],
  examples: [
    "mla offsite '**' --into /dc/mla --keep 90d    # once a day, from cron or a systemd timer",
    "mla offsite '**' --into /dc/mla --status --verify",
  ],
  async run(cli, given) {
    const into = given.text('into') ?? 'offsite'
    const keep = parseDuration(given.text('keep') ?? '30d')
    const settle = parseDuration(given.text('settle') ?? '6h')
    const now = Date.now() * 1000
    const isVerified = given.flag('verify')
    const days = await daysOf(into, { now, keep, settle }, isVerified)
    if (!given.flag('status')) {
      await using _lock = await lockFolder(into).catch(() => {
        throw new Failure(2, `another mla moves days into ${into}, or nobody may`, 'wait for it')
      })
      const due = days.filter(({ state }) => state !== 'whole')
      for (const [i, day] of due.entries()) {
        cli.signal.throwIfAborted()
        cli.out.note(`mla: ${day.date}, ${i + 1} of ${due.length}`)
        await moveDay(cli, given.words, day)
      }
    }
    const after = given.flag('status') ? days : await daysOf(into, { now, keep, settle }, false)
    return tell(cli, after, { now, keep })
  },
}

/** The days that are over, from the oldest that the archive may still have. */
async function daysOf(
  into: string,
  { now, keep, settle }: { readonly now: Micros; readonly keep: Micros; readonly settle: Micros },
  isVerified: boolean,
): Promise<readonly Day[]> {
  const days: Day[] = []
  const last = Math.floor((now - settle) / microsPerDay) * microsPerDay
  for (let from = Math.ceil((now - keep) / microsPerDay) * microsPerDay; from < last; ) {
    const date = formatTime(from).slice(0, 10)
    const folder = join(into, date)
    const manifest = await readManifest(folder)
    const files = manifest?.files ?? []
    days.push({
      ...{ date, folder, from, state: await stateOf(folder, manifest, isVerified) },
      samples: files.reduce((sum, { rows }) => sum + rows, 0),
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    })
    from += microsPerDay
  }
  return days
}

async function stateOf(
  folder: string,
  manifest: Manifest | null,
  isVerified: boolean,
): Promise<Day['state']> {
  if (manifest === null) return 'missing'
  if (!manifest.complete) return 'begun'
  if (isVerified) {
    for (const file of manifest.files) if (await faultOf(folder, file)) return 'spoilt'
  }
  return 'whole'
}

/** A day that was begun goes on with the points that it began with. */
async function moveDay(cli: Cli, words: readonly string[], { folder, from }: Day): Promise<void> {
  const begun = await readManifest(folder)
  const manifest = begun ?? (await dayManifest(cli, words, from))
  await using _lock = await lockFolder(folder)
  await writeExport(cli, folder, manifest)
}

async function dayManifest(cli: Cli, words: readonly string[], from: Micros): Promise<Manifest> {
  const found = await pointsMeant(cli, words)
  return {
    ...{ format: 'mla-export-1', kind: 'samples', as: 'parquet', complete: false, files: [] },
    ...{ from: formatTime(from), to: formatTime(from + microsPerDay), asked: [...words] },
    points: found.map(exportedPoint),
  }
}

/** Days that the archive may drop within this time and that are not whole are what to mend first. */
const urgentMicros = 3 * 86_400 * microsPerSecond

function tell(
  cli: Cli,
  days: readonly Day[],
  { now, keep }: { readonly now: Micros; readonly keep: Micros },
): 0 | 1 {
  const missing = days.filter(({ state }) => state !== 'whole')
  const urgent = missing.filter(({ from }) => from + keep < now + urgentMicros)
  const shown = days.map(({ date, state, samples, bytes }) => ({ date, state, samples, bytes }))
  if (cli.out.json) cli.out.document({ days: shown, urgent: urgent.map(({ date }) => date) })
  else {
    printTable(cli.out, shown, [
      { title: 'DAY', text: ({ date }) => date },
      { title: 'STATE', text: ({ state }) => state },
      { title: 'SAMPLES', align: 'right', text: ({ samples }) => String(samples) },
      { title: 'MB', align: 'right', text: ({ bytes }) => (bytes / 1e6).toFixed(1) },
    ])
  }
  if (missing.length > 0)
    cli.out.note(`mla: ${missing.length} of ${days.length} days are not there`)
  const [first] = urgent
  if (first) {
    cli.out.note(
      cli.out.paint(
        'red',
        `mla: the archive drops ${first.date} within 3 days: move it, or keep samples longer`,
      ),
    )
  }
  return missing.length > 0 ? 1 : 0
}
