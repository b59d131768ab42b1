import { readFile } from 'node:fs/promises'
import { actionKinds } from '@mla/alarm'
import { describeProblems, iasFolderOf, loadCdb, loadIas } from '@mla/cdb'
import { microsPerSecond, parseDuration } from '@mla/model'
import { parse } from 'yaml'
import { z } from 'zod'
import { type Step, tryAlarms } from '../alarm-trial.ts'
import type { Cli, CliCommand } from '../cli.ts'
import { Failure } from '../failure.ts'

const time = z
  .union([z.number().nonnegative(), z.string()])
  .transform((at) => (typeof at === 'number' ? at * microsPerSecond : parseDuration(at)))
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String)

const scenarioShape = z.array(
  z.strictObject({
    /** Seconds, or a duration such as 1m, after the beginning. */
    at: time,
    set: z.record(z.string(), scalar).default({}),
    unreliable: z.record(z.string(), scalar).default({}),
    silent: z.array(z.string()).default([]),
    act: z
      .record(
        z.string(),
        z.strictObject({
          do: z.enum(actionKinds),
          user: z.string().default('operator'),
          text: z.string().default('a trial'),
          minutes: z.number().positive().default(60),
        }),
      )
      .default({}),
    expect: z.record(z.string(), scalar).default({}),
  }),
)

export const alarmsTest: CliCommand = {
  name: 'alarms test',
  summary: 'Try the rules of alarms on a scripted series, before they are deployed',
  arguments: [
    ['<cdb>', 'the configuration, or a CDB of IAS'],
    ['<scenario>', 'YAML or JSON: steps with at, set, unreliable, silent, act, expect'],
  ],
  options: [],
  examples: ['mla alarms test cdb wind.yaml'],
  async run(cli, given) {
    const [folder = '', path = ''] = given.words
    const { lines, failed } = tryAlarms(await rulesIn(cli, folder), await stepsIn(path))
    if (cli.out.json) cli.out.document({ ok: failed === 0, failed, lines })
    else {
      for (const { at, id, text, isWrong } of lines) {
        const line = `${(at / microsPerSecond).toFixed(3).padStart(10)} s  ${id}  ${text}`
        cli.out.line(isWrong ? cli.out.paint('red', line) : line)
      }
      if (failed > 0) cli.out.line(cli.out.paint('red', `${failed} not as expected`))
    }
    return failed === 0 ? 0 : 1
  },
}

async function rulesIn(cli: Cli, folder: string) {
  const ias = iasFolderOf(folder)
  const loaded = ias === null ? await loadCdb(folder, cli.env) : await loadIas(ias)
  if (!loaded.ok) {
    const problems = describeProblems(loaded.problems, ias ?? folder)
    throw new Failure(1, `the configuration has problems:\n${problems}`, 'mla cdb check tells all')
  }
  const alarms = 'cdb' in loaded ? loaded.cdb.alarms : loaded.alarms
  const rules = [...(alarms?.supervisors.values() ?? [])].flatMap(({ dasus }) => dasus)
  if (rules.length > 0) return rules
  throw new Failure(
    1,
    `${folder} has no DASU that is deployed`,
    'mla cdb check tells what is there',
  )
}

/** The steps in order of time. */
async function stepsIn(path: string): Promise<readonly Step[]> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new Failure(
      2,
      `${path}: ${error instanceof Error ? error.message : error}`,
      'name a file',
    )
  }
  const found = scenarioShape.safeParse(parse(text))
  if (!found.success) {
    throw new Failure(2, `${path}: ${z.prettifyError(found.error)}`, 'see mla alarms test --help')
  }
  return found.data
    .flatMap(({ at, set, unreliable, silent, act, expect }): Step[] => [
      ...entries(set).map(([id, value]) => ({
        ...{ at, kind: 'set' as const, id, value, validity: 'RELIABLE' as const },
      })),
      ...entries(unreliable).map(([id, value]) => ({
        ...{ at, kind: 'set' as const, id, value, validity: 'UNRELIABLE' as const },
      })),
      ...silent.map((id) => ({ at, kind: 'silent' as const, id })),
      ...entries(act).map(([id, { do: kind, user, text, minutes }]) => ({
        ...{ at, kind: 'act' as const, id },
        action:
          kind === 'shelve'
            ? { kind, user, text, until: 1_000_000_000_000_000 + at + minutes * 60_000_000 }
            : { kind, user, text },
      })),
      ...entries(expect).map(([id, text]) => ({ at, kind: 'expect' as const, id, text })),
    ])
    .sort((a, b) => a.at - b.at)
}

const entries = Object.entries as <T>(record: Record<string, T>) => [string, T][]
