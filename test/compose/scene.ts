import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeProblems, loadCdb } from '@mla/cdb'
import { provide } from '@mla/stack'
import { smallCdb } from '../system/small-cdb.ts'
import { createBooks } from './accounts.ts'
import { provideCompose } from './compose-plugin.ts'
import { makeDisk } from './disk.ts'
import { useDocker } from './dockerd.ts'
import { makeImages } from './images.ts'
import { createStack } from './stack.ts'
import type { Scene } from './stories.ts'

/**
 * Everything that the stories need, made ready; nothing of the system runs yet. What it has started
 * and made ends with it, also when a signal ends this process.
 */
export async function setScene(
  telescopes: number,
  say: (text: string) => void,
): Promise<Scene & AsyncDisposable> {
  provide(['java', 'maven', 'docker', 'debootstrap'])
  await using undo = new AsyncDisposableStack()
  undo.use(await useDocker())
  provideCompose(say)
  const versions = await makeImages(say)

  const folder = mkdtempSync(join(tmpdir(), 'mla-compose-'))
  undo.defer(() => rmSync(folder, { recursive: true, force: true }))
  const small = undo.use(smallCdb(telescopes, { alarms: true }))
  // Containers read it as another user, and the node exporter looks at the disks in the other.
  for (const open of [small.folder, folder]) chmodSync(open, 0o755)
  const loaded = await loadCdb(small.folder, { MLA_OPCUA_HOST: 'opcua-simulator' })
  if (!loaded.ok) throw new Error(describeProblems(loaded.problems))
  const disks = {
    cassandra: undo.use(makeDisk(join(folder, 'cassandra'), 1500, 999)),
    spool: undo.use(makeDisk(join(folder, 'opcua-collector'), 100, 1000)),
  }
  const stack = undo.use(
    await createStack({
      project: 'mla-test',
      files: [
        'compose/compose.yaml',
        'compose/compose.no-grafana.yaml',
        'test/compose/compose.disks.yaml',
      ],
      cdb: small.folder,
      version: versions.now,
      env: { MLA_TEST_DISKS: folder },
    }),
  )
  const books = createBooks(stack, loaded.cdb, Date.now() * 1000 - 60e6)
  const stays = undo.move()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stays.disposeAsync().finally(() => process.exit(1)))
  }
  return {
    ...{ stack, cdb: loaded.cdb, books, disks, versions, say },
    [Symbol.asyncDispose]: () => stays.disposeAsync(),
  }
}
