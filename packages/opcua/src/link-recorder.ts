import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '@mla/kit'
import { openServerLink } from './link.ts'
import type {
  LinkSettings,
  LinkState,
  NodeOutcome,
  NodeValue,
  ServerLink,
  WatchedNode,
} from './port.ts'

/** For tests: a link and all that it has told, with a way to wait for more. */
export interface LinkRecorder extends AsyncDisposable {
  readonly link: ServerLink
  readonly settings: LinkSettings
  readonly values: NodeValue[]
  readonly states: LinkState[]
  readonly outcomes: NodeOutcome[]
  readonly revisions: string[]
  /** Waits until it holds; it is looked at again at each event. */
  until(holds: () => boolean, what: string): Promise<void>
  of(key: string): readonly NodeValue[]
}

const patienceMs = 40_000

export function recordLink(endpoint: string, given: Partial<LinkSettings> = {}): LinkRecorder {
  const folder = mkdtempSync(join(tmpdir(), 'mla-pki-'))
  const settings: LinkSettings = {
    endpoint,
    applicationName: 'mla-link-test',
    securityMode: 'None',
    securityPolicy: 'Basic256Sha256',
    user: null,
    pkiFolder: folder,
    publishingIntervalMs: 100,
    requestTimeoutMs: 5_000,
    silenceMs: 2_000,
    retryNodesMs: 500,
    ...given,
  }
  const values: NodeValue[] = []
  const states: LinkState[] = []
  const outcomes: NodeOutcome[] = []
  const revisions: string[] = []
  const waiting = new Set<() => void>()
  const look = (): void => {
    for (const one of waiting) one()
  }
  const link = openServerLink(
    settings,
    {
      values(more) {
        values.push(...more)
        look()
      },
      state(state) {
        states.push(state)
        look()
      },
      nodes(more) {
        outcomes.push(...more)
        look()
      },
      revised(what, asked, granted) {
        revisions.push(`${what}: ${asked} -> ${granted}`)
        look()
      },
    },
    silentLog,
  )
  return {
    link,
    settings,
    values,
    states,
    outcomes,
    revisions,
    of: (key) => values.filter((value) => value.key === key),
    until(holds, what) {
      return new Promise((resolve, reject) => {
        const done = (): void => {
          clearTimeout(timer)
          waiting.delete(check)
        }
        const timer = setTimeout(() => {
          done()
          reject(new Error(`waited for ${what}; told: ${JSON.stringify(states.slice(-4))}`))
        }, patienceMs)
        const check = (): void => {
          if (!holds()) return
          done()
          resolve()
        }
        waiting.add(check)
        check()
      })
    },
    async [Symbol.asyncDispose]() {
      await link[Symbol.asyncDispose]()
      // The last line of node-opcua's log may be written while it is removed.
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** A node of the test servers, by its path. */
export const nodeOf = (path: string, more: Partial<WatchedNode> = {}): WatchedNode => ({
  key: path,
  nodeId: `nsu=urn:mla:test;s=${path}`,
  samplingIntervalMs: 100,
  queueSize: 100,
  deadband: null,
  ...more,
})
