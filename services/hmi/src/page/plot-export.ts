import { byId } from './dom.ts'
import type { Range } from './permalink.ts'
import { boundsOf } from './plot-navigate.ts'

interface Shown {
  readonly plotted: readonly string[]
  readonly range: Range
}

/** Where all samples of what is plotted can be had, from the archive and not from the page. */
export function downloadOf({ plotted, range }: Shown): string {
  const { from, to } = boundsOf(range)
  const times = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
  return `/download?${new URLSearchParams({ points: plotted.join(','), ...times, format: 'csv' })}`
}

/** The log records up to the end of the range, of the system when it is one. */
export function logsOf({ plotted, range }: Shown): string {
  const systems = new Set(plotted.map((id) => id.split('/', 1)[0] ?? ''))
  const fields = new URLSearchParams()
  if (range.kind === 'fixed') fields.set('to', new Date(range.to).toISOString().slice(0, 19))
  if (systems.size === 1) fields.set('host', [...systems][0] ?? '')
  return fields.size > 0 ? `/logs#${fields}` : '/logs'
}

/** Where a note on the first point and the end of the range is written. */
export function noteOf({ plotted, range }: Shown): string {
  const fields = new URLSearchParams()
  if (plotted[0] !== undefined) fields.set('point', plotted[0])
  if (range.kind === 'fixed') fields.set('time', new Date(range.to).toISOString().slice(0, 19))
  return fields.size > 0 ? `/notes#${fields}` : '/notes'
}

/** Links and button beside the plot; what they lead to is worked out when they are used. */
export function setUpPlotExport(shown: () => Shown): void {
  const csv = byId<'a'>('plot-csv')
  const logs = byId<'a'>('plot-logs')
  const note = byId<'a'>('plot-note')
  const prepare = (): void => {
    csv.href = downloadOf(shown())
    logs.href = logsOf(shown())
    note.href = noteOf(shown())
  }
  for (const link of [csv, logs, note]) {
    for (const kind of ['pointerdown', 'focus', 'click']) link.addEventListener(kind, prepare)
  }
  csv.addEventListener('click', (event) => {
    if (shown().plotted.length === 0) event.preventDefault()
  })
  byId('plot-image').addEventListener('click', savePicture)
}

/** The canvas on the ground of the page: by itself it is transparent. */
function savePicture(): void {
  const drawn = document.querySelector<HTMLCanvasElement>('#plot canvas')
  if (!drawn) return
  const picture = document.createElement('canvas')
  picture.width = drawn.width
  picture.height = drawn.height
  const context = picture.getContext('2d')
  if (!context) return
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--pane')
  context.fillRect(0, 0, picture.width, picture.height)
  context.drawImage(drawn, 0, 0)
  picture.toBlob((blob) => {
    if (!blob) return
    const link = document.createElement('a')
    link.href = URL.createObjectURL(blob)
    link.download = 'plot.png'
    link.click()
    URL.revokeObjectURL(link.href)
  })
}
