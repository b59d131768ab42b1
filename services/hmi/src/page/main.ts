import { showAlarmBadge } from './alarm-badge.ts'
import { ApiError, loadPoints } from './api.ts'
import { byId, setText } from './dom.ts'
import { drawHeader } from './header.ts'
import { createPointTree, type PointTree } from './point-tree.ts'
import { signedIn } from './session.ts'
import { createSocket, type LinkState } from './socket.ts'
import { setUpTheme } from './theme.ts'
import { setUpTimeCursor } from './time-cursor.ts'
import { setUpViewsMenu } from './views-menu.ts'
import { startWorkplace } from './workplace.ts'

const retryMs = 3000
setUpTimeCursor()
setUpViewsMenu()
await signedIn()

let linkChanged: (state: LinkState) => void = () => undefined
const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
const link = createSocket(`${scheme}://${location.host}/graphql`, (state) => linkChanged(state))
const badge = showAlarmBadge(link)
const onTheme = setUpTheme()
const workplace = startWorkplace(await fetchTree(), link)
linkChanged = (state) => {
  // Before it subscribes anew; for the first time there is nothing to forget.
  if (state.kind === 'open') badge.reconnected()
  workplace.linkChanged(state)
}
onTheme(workplace.coloursChanged)

/** Tries until the points are there: a page opened before the server is ready comes up by itself. */
async function fetchTree(): Promise<PointTree> {
  const title = byId('table-title')
  for (;;) {
    try {
      const points = await loadPoints((n) => setText(title, `Loading: ${n} points …`))
      if (points.length > 0) return createPointTree(points)
      throw new ApiError('The server has no configured points yet.', false)
    } catch (error) {
      const words = error instanceof ApiError ? error.message : 'The points could not be read.'
      drawHeader({
        link: link.state(),
        problem: `${words} Trying again every 3 s. If it lasts, check that the HMI service runs.`,
        points: 0,
        qualities: new Uint8Array(),
        newest: 0,
        zone: 'utc',
      })
      await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }
}
