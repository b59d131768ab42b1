/**
 * Builds the images that compose.yaml names, from package registries alone, under their ordinary
 * names. What is there already is left alone: an image that was pulled, and one that was built here
 * from the same recipe. Needs root, Docker and debootstrap.
 */
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../../test/stack/src/jars.ts'
import { makeDebootstrap } from './debootstrap.ts'
import { build, labelOf } from './docker.ts'
import { debootstrapTag, type OfflineImage, offlineImages } from './images.ts'

const here = import.meta.dirname
const say = (text: string): boolean => process.stderr.write(`${text}\n`)

/** What each image is made from, so that a change of a recipe reaches all that follow from it. */
const recipes = new Map<string, string>()

for (const image of offlineImages) {
  const recipe = recipeOf(image)
  recipes.set(image.tag, recipe)
  const label = labelOf(image.tag)
  if (label === recipe) continue
  if (label === '') say(`${image.tag}: there is one that was not built here; it stays`)
  else await make(image, recipe)
}

async function make(image: OfflineImage, recipe: string): Promise<void> {
  const started = performance.now()
  if (image.from === debootstrapTag) makeDebootstrap()
  const context = join(cacheFolder(), 'offline/context')
  rmSync(context, { recursive: true, force: true })
  mkdirSync(context, { recursive: true })
  cpSync(folderOf(image), context, { recursive: true })
  await image.fill?.(context)
  build(image.tag, context, join(here, image.dockerfile), recipe)
  rmSync(context, { recursive: true, force: true })
  say(`${image.tag}: built in ${((performance.now() - started) / 1000).toFixed(0)} s`)
}

function recipeOf(image: OfflineImage): string {
  const hash = createHash('sha256').update(recipes.get(image.from) ?? image.from)
  hash.update(String(image.fill ?? '')).update(readFileSync(join(here, image.dockerfile)))
  for (const file of readdirSync(folderOf(image)).sort()) {
    if (!file.endsWith('Dockerfile')) hash.update(readFileSync(join(folderOf(image), file)))
  }
  const sums = join(here, '../../test/stack/jars', `${image.dockerfile.split('/')[0]}.sha256`)
  if (existsSync(sums)) hash.update(readFileSync(sums))
  return hash.digest('hex').slice(0, 16)
}

function folderOf({ dockerfile }: OfflineImage): string {
  return join(here, dockerfile.slice(0, dockerfile.indexOf('/')))
}
