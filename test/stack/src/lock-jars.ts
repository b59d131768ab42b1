/** Writes the lock files of the jars anew, after a pom was changed on purpose. */
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runMaven, sumsOf } from './jars.ts'

for (const pom of globSync(join(import.meta.dirname, '../jars/*.pom.xml'))) {
  const folder = mkdtempSync(join(tmpdir(), 'mla-jars-'))
  await runMaven(pom, folder)
  writeFileSync(pom.replace('.pom.xml', '.sha256'), sumsOf(folder))
  rmSync(folder, { recursive: true })
}
