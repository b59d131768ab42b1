import { createHash } from 'node:crypto'
import { mkdir, unlink } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { MlaError } from '@mla/model'

/** A socket's path has room for about 108 bytes on Linux. */
const longestSocketPath = 100

/**
 * Makes this process the only one that uses a folder. The lock is a socket that it listens on: the
 * kernel lets go of it when the process ends, however it ends, and another one in another
 * container on the same volume is seen as well, which process ids could not tell.
 * Throws SPOOL_FAILED where another process has it.
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  // A folder that cannot be made is the spool's to tell; the lock is then made elsewhere.
  await mkdir(folder, { recursive: true }).catch(() => undefined)
  const own = join(resolve(folder), 'lock.socket')
  const hash = createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 16)
  const elsewhere = join(tmpdir(), `mla-${hash}.socket`)
  const server =
    (own.length <= longestSocketPath ? await tryLock(own, folder) : null) ??
    // The folder's file system may know no sockets, or be read-only.
    (await tryLock(elsewhere, folder))
  if (server === null) {
    throw new MlaError(
      'SPOOL_FAILED',
      `no lock for ${folder}: no socket can be made in it or in ${tmpdir()}`,
    )
  }
  return {
    [Symbol.asyncDispose]: () => new Promise((done) => server.close(() => done())),
  }
}

async function tryLock(path: string, folder: string): Promise<Server | null> {
  const first = await listen(path)
  if (first.server) return first.server
  if (first.code !== 'EADDRINUSE') return null
  if (await isAnswered(path)) {
    throw new MlaError(
      'SPOOL_FAILED',
      `${folder} is in use by another collector: give each its own data folder (MLA_DATA)`,
      { details: { folder } },
    )
  }
  await unlink(path).catch(() => undefined)
  return (await listen(path)).server
}

function listen(path: string): Promise<{ server: Server | null; code: string }> {
  const server = createServer((socket) => socket.destroy())
  server.unref()
  return new Promise((done) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      done({ server: null, code: error.code ?? '' })
    })
    server.listen(path, () => done({ server, code: '' }))
  })
}

function isAnswered(path: string): Promise<boolean> {
  const socket = connect(path)
  return new Promise((done) => {
    socket.once('connect', () => done(true)).once('error', () => done(false))
  }).then((answered) => {
    socket.destroy()
    return answered === true
  })
}
