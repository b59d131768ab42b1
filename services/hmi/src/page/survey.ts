import { ApiError, at, countPoints, loadQualities, type Sample } from './api.ts'
import type { Socket } from './socket.ts'
import { whenMoved } from './time-cursor.ts'

/** How often the qualities of all points are asked for; those on the screen are live. */
const surveyMs = 20_000

interface Parts {
  readonly ids: readonly string[]
  readonly link: Socket
  readonly note: (samples: readonly Pick<Sample, 'point' | 'time' | 'quality'>[]) => void
  /** What is wrong, in words; empty when nothing is. */
  readonly report: (problem: string) => void
}

/**
 * Looks at all points now and then, for the counts and the marks of the tree, and loads the page
 * anew when the server has another version of it or other points: what is shown is in the
 * address, so a display on a wall comes back as it was.
 */
export function createSurvey({ ids, link, note, report }: Parts): () => Promise<void> {
  let version: string | null = null
  let isRunning = false

  const checkVersion = async (): Promise<void> => {
    const { headers } = await fetch('/', { method: 'HEAD', cache: 'no-cache' })
    const current = headers.get('etag')
    const isOther = version !== null && current !== null && current !== version
    version ??= current
    const count = await countPoints()
    // None at all: the server has just begun, and will have its configuration in a moment.
    if (count > 0 && (isOther || count !== ids.length)) location.reload()
  }

  const survey = async (): Promise<void> => {
    if (isRunning || document.hidden || link.state().kind !== 'open') return
    isRunning = true
    try {
      note(await loadQualities(ids))
      await checkVersion()
      report('')
    } catch (error) {
      const words = error instanceof ApiError ? error.message : 'The server does not answer.'
      if (link.state().kind === 'open') report(`${words} The counts of bad points may be old.`)
    } finally {
      isRunning = false
    }
  }
  // What was does not change, unless the page is played on.
  if (at === null) setInterval(() => void survey(), surveyMs)
  else whenMoved(survey)
  return survey
}
