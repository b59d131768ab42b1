import { spawn } from 'node:child_process'
import type { Writable } from 'node:stream'

/**
 * Reads the folders of servers until this process is gone, however it ended, then kills what still
 * runs in them and removes them. A server's folder holds the id of its process,
 * which leads a group of its own, in `pid`.
 */
const script = `
while IFS= read -r folder; do set -- "$@" "$folder"; done
for folder; do
  [ ! -f "$folder/pid" ] || kill -KILL "-$(cat "$folder/pid")" 2>/dev/null
  rm -rf "$folder"
done`

let folders: Writable | null = null

/** Makes sure that the server in this folder does not outlive this process, nor its files. */
export function watchOver(folder: string): void {
  if (folders === null) {
    // In a session of its own: Ctrl-C in the terminal must not reach it.
    const shell = spawn('sh', ['-c', script, 'watchdog'], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      cwd: '/',
    })
    shell.unref()
    folders = shell.stdin
    unref(shell.stdin)
  }
  folders.write(`${folder}\n`)
}

/** A pipe to a child is a socket, and would keep this process running. */
function unref(stream: Writable): void {
  if ('unref' in stream && typeof stream.unref === 'function') stream.unref()
}
