import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { offlineImages } from '../../compose/offline/images.ts'

const root = join(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(root, 'compose', file), 'utf8')
const compose = read('compose.yaml')
/** The entries of `services:`, and of each what stands below its name. */
const entries = new Map(
  compose
    .slice(compose.indexOf('\nservices:'), compose.indexOf('\nvolumes:'))
    .split(/^ {2}(?=[a-z])/m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf(':')), text]),
)

test('every service has its place in compose.yaml', () => {
  const mains = globSync('services/*/src/main.ts', { cwd: root })
  const wanted = mains.filter((main) => !main.startsWith('services/standalone/'))
  assert.deepEqual(
    wanted.filter((main) => !compose.includes(`command: [${main}]`)),
    [],
  )
})

test('what talks to Kafka or Cassandra has its line in compose.tls.yaml', () => {
  const tls = read('compose.tls.yaml')
  const apart = ['opcua-simulator', 'watchdog']
  const ours = [...entries].filter(([name, text]) => {
    return text.includes('<<: *service') && !apart.includes(name)
  })
  assert.ok(ours.length > 3)
  assert.deepEqual(
    ours.map(([name]) => name).filter((name) => !tls.includes(`\n  ${name}: *secured`)),
    [],
  )
})

test('every image can be made without an image registry, but for Grafana', () => {
  const images = [...compose.matchAll(/^ {4}image: (\S+)$/gm)].map(([, image]) => image ?? '')
  const known = offlineImages.map(({ tag }) => tag)
  assert.deepEqual(
    images.filter((image) => !known.includes(image)),
    images.filter((image) => image.startsWith('grafana/')),
  )
})

test('every variable of the compose files is told in .env.example', () => {
  const told = read('.env.example')
  const used = [...compose.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name ?? '')
  assert.deepEqual(
    [...new Set(used)].filter((name) => !told.includes(name)),
    [],
  )
})
