import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importFolder, labelOf } from './docker.ts'
import { debootstrapTag } from './images.ts'

/** A smallest Debian 12 as an image. */
export function makeDebootstrap(): void {
  if (labelOf(debootstrapTag) !== null) return
  const folder = mkdtempSync(join(tmpdir(), 'mla-debootstrap-'))
  try {
    execFileSync(
      'debootstrap',
      ['--variant=minbase', '--include=ca-certificates', 'bookworm', folder],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
    rmSync(join(folder, 'var/cache/apt/archives'), { recursive: true, force: true })
    importFolder(debootstrapTag, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
