import { execFileSync } from 'node:child_process'
import { chownSync, mkdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A small disk of its own, that can be filled without harm to others. */
export interface Disk extends Disposable {
  readonly folder: string
  fill(): void
  free(): void
}

export function makeDisk(folder: string, megabytes: number, owner: number): Disk {
  const image = `${folder}.ext4`
  const filler = join(folder, 'filler')
  mkdirSync(folder, { recursive: true })
  writeFileSync(image, '')
  truncateSync(image, megabytes * 2 ** 20)
  execFileSync('mkfs.ext4', ['-q', '-m', '0', '-F', image])
  execFileSync('mount', ['-o', 'loop', image, folder])
  chownSync(folder, owner, owner)
  return {
    folder,
    fill() {
      const { bavail, bsize } = statfsSync(folder)
      // What fallocate cannot get of the last blocks, small writes do.
      execFileSync('fallocate', ['-l', String(Math.max(bsize, (bavail - 64) * bsize)), filler])
      execFileSync('sh', ['-c', `cat /dev/zero >>"$1" 2>/dev/null || true`, 'sh', filler])
    },
    free: () => rmSync(filler, { force: true }),
    [Symbol.dispose]() {
      execFileSync('umount', ['--lazy', folder])
      rmSync(image)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
