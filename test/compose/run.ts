/**
 * Brings up the distributed system with the files that an observatory runs, and tries what an
 * operator fears. Ends with one line: "N passed, N failed". `node test/compose/run.ts [part of a
 * story's name …]` tries the first and those. `MLA_TEST_VERSION` names an image `mla:…` that is
 * there, to be tried instead of one of these files.
 */
import { root } from './docker.ts'
import { setScene } from './scene.ts'
import { type Scene, stories } from './stories.ts'
import { tableOf } from './table.ts'

process.chdir(root)
const wanted = process.argv.slice(2)
const write = (text: string): boolean => process.stdout.write(`${text}\n`)
const say = (text: string): void => {
  if (text !== '') write(`  ${text}`)
}
let [passed, failed] = [0, 0]
try {
  await using scene = await timed('images', () => setScene(1, say))
  await tryStories(scene)
  write(tableOf(scene.books.accounts))
} catch (error) {
  write(`✖ ${error instanceof Error ? error.message : String(error)}`)
  failed += 1
}
write(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

async function tryStories(scene: Scene): Promise<void> {
  for (const [i, story] of stories.entries()) {
    const isNamed = wanted.some((part) => story.name.includes(part))
    if (i > 0 && wanted.length > 0 && !isNamed) continue
    if (story.onlyByName !== undefined && !isNamed) {
      write(`- not run: ${story.name}: ${story.onlyByName}`)
      continue
    }
    try {
      await timed(story.name, () => story.happen(scene))
      passed += 1
    } catch (error) {
      failed += 1
      write(`✖ ${story.name}\n${indent(error instanceof Error ? error.message : String(error))}`)
      for (const args of [
        ['ps', '--all'],
        ['logs', '--tail', '5', '--no-color'],
      ]) {
        write(indent(await scene.stack.compose(args).catch(String)))
      }
      // Nothing of the rest can be right then.
      if (i === 0) break
    }
  }
}

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now()
  const result = await work()
  write(`✔ ${name}  ${((performance.now() - started) / 1000).toFixed(1)} s`)
  return result
}

function indent(text: string): string {
  return text.trimEnd().replace(/^/gm, '    ')
}
