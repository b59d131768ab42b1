import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { loadCdb } from '@mla/cdb'
import {
  compileRecipe,
  createFramer,
  createJoiner,
  explainGrok,
  type Patterns,
  type RecipeFields,
  recipeSchema,
  shippedRecipes,
  understand,
} from '@mla/logs'
import { LogDraft } from '@mla/model'
import type { Cli, CliCommand, Given } from '../cli.ts'
import { Failure } from '../failure.ts'
import { folderOf } from '../folder.ts'
import { createTrial, type Shown, textOfLine } from '../log-trial.ts'

const longestRecord = 65_536

export const logsTry: CliCommand = {
  name: 'logs try',
  summary: 'Show how a recipe understands each line of a file, and why one is not understood',
  arguments: [
    ['<recipe>', 'of the configuration, or a shipped one: auto, syslog, json, log4j and more'],
    ['<file>', 'a log file'],
  ],
  options: [
    ['--cdb <folder>', 'the configuration; default MLA_CDB, or cdb'],
    ['--lines <count>', 'how many records to show; 0 shows all', '20'],
    ['--bad', 'show only what is not understood'],
  ],
  examples: ['mla logs try syslog /var/log/messages', 'mla logs try auto app.log --bad'],
  async run(cli, given) {
    const [name = '', path = ''] = given.words
    const { fields, patterns } = await recipeNamed(cli, given, name)
    const compiled = compileRecipe(fields, patterns)
    if ('problems' in compiled)
      throw new Failure(1, `the recipe ${name} has problems`, 'mla cdb check tells all')
    const most = Number(given.text('lines') ?? 20)
    const { recipe } = compiled
    const trial = createTrial()
    const draft = new LogDraft()
    const shown: Shown[] = []
    const reference = (await fileTime(path)) * 1000
    const circumstances = { receivedTime: Date.now() * 1000, reference }
    const take = (bytes: Buffer, from: number, to: number, cut: number): void => {
      let end = to
      while (end > from && (bytes[end - 1] === 13 || bytes[end - 1] === 0)) end--
      if (end === from) return
      understand(recipe, draft, bytes, from, end, cut, circumstances, false)
      const isBad = trial.add(draft)
      if ((given.flag('bad') && !isBad) || (most > 0 && shown.length >= most)) return
      const line = bytes.toString('utf8', from, end)
      const why =
        isBad && fields.match
          ? explainGrok(fields.match, { ...patterns, ...fields.patterns }, line)
          : null
      shown.push(trial.shown(draft, line, why))
      if (!cli.out.json) cli.out.line(textOfLine(cli.out, shown.at(-1)))
    }
    const framer = createFramer(recipe, 'file', longestRecord)
    const joiner = recipe.multiline ? createJoiner(recipe.multiline, longestRecord) : null
    const push = joiner
      ? (bytes: Buffer, from: number, to: number, cut: number) =>
          joiner.push(bytes, from, to, cut, take)
      : take
    for await (const chunk of createReadStream(path)) framer.push(chunk, push)
    framer.flush(push)
    joiner?.flush(take)

    const summary = trial.summary()
    if (cli.out.json) cli.out.document({ ...summary, records: shown })
    else {
      const { records, understood } = summary
      const percent = records === 0 ? 0 : (100 * understood) / records
      const text = `${records} records, ${percent.toFixed(1)} % understood; with time ${summary.time}, priority ${summary.priority}, host ${summary.host}, process ${summary.process}`
      cli.out.note(cli.out.paint(understood === records ? 'green' : 'yellow', text))
      for (const [problem, count] of summary.problems) cli.out.note(`  ${count} times: ${problem}`)
    }
    return summary.understood === summary.records ? 0 : 1
  },
}

/** Of the configuration, where there is one; else of those that are shipped. */
async function recipeNamed(
  cli: Cli,
  given: Given,
  name: string,
): Promise<{ fields: RecipeFields; patterns: Patterns }> {
  const folder = given.text('cdb') ?? folderOf(cli, { ...given, words: [] })
  const loaded = await loadCdb(folder, cli.env)
  const own = loaded.ok ? loaded.cdb.logs.recipes.get(name) : undefined
  if (own && loaded.ok) return { fields: own, patterns: loaded.cdb.logs.patterns }
  const shipped = Object.hasOwn(shippedRecipes, name) ? shippedRecipes[name] : undefined
  if (shipped) return { fields: recipeSchema.parse(shipped), patterns: {} }
  const known = [
    ...(loaded.ok ? loaded.cdb.logs.recipes.keys() : []),
    ...Object.keys(shippedRecipes),
  ]
  const where = loaded.ok ? '' : ` (the configuration in ${folder} is not valid)`
  throw new Failure(
    2,
    `there is no recipe "${name}"${where}`,
    `there are ${[...new Set(known)].join(', ')}`,
  )
}

async function fileTime(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs
  } catch {
    throw new Failure(2, `${path} cannot be read`, 'name a file that is there')
  }
}
