/** A page of the site: what is its own beside the head that all have. */
interface SitePage {
  /** Its body in `page/<file>.html`; what stands there before `<main` goes into the header. */
  readonly file: string
  readonly path: string
  readonly title: string
  readonly script: string
  /** Beside those of all pages, in this order after them. */
  readonly styles: readonly string[]
  /** Attributes of the body. */
  readonly body?: string
  /** Nobody is logged in there: neither navigation nor freshness. */
  readonly isOutside?: true
}

/** In the order in which they stand at the top. */
export const sitePages: readonly SitePage[] = [
  { file: 'array', path: '/array', title: 'Array', script: 'array-page.ts', styles: ['array.css'] },
  {
    ...{ file: 'index', path: '/', title: 'Points', script: 'main.ts' },
    ...{ styles: ['uplot.css', 'plot.css', 'screens.css'], body: 'data-pane="table"' },
  },
  {
    ...{ file: 'layout', path: '/layout', title: 'Layouts', script: 'layout-page.ts' },
    styles: ['uplot.css', 'plot.css', 'layout.css'],
  },
  {
    ...{ file: 'compare', path: '/compare', title: 'Compare', script: 'compare-page.ts' },
    styles: ['compare.css'],
  },
  {
    ...{ file: 'alarms', path: '/alarms', title: 'Alarms', script: 'alarms-page.ts' },
    styles: ['alarms.css'],
  },
  { file: 'logs', path: '/logs', title: 'Logs', script: 'logs-page.ts', styles: ['logs.css'] },
  { file: 'notes', path: '/notes', title: 'Notes', script: 'notes-page.ts', styles: [] },
  {
    ...{ file: 'report', path: '/report', title: 'Report', script: 'report-page.ts' },
    styles: ['report.css'],
  },
  {
    ...{ file: 'components', path: '/components', title: 'Components' },
    ...{ script: 'components-page.ts', styles: ['components.css'] },
  },
  { file: 'users', path: '/users', title: 'Users', script: 'users-page.ts', styles: [] },
  {
    ...{ file: 'login', path: '/login', title: 'Log in', script: 'login-page.ts', styles: [] },
    isOutside: true,
  },
]

/** Of all pages, in this order. */
const commonStyles = ['colours.css', 'frame.css', 'rows.css', 'site.css']

export interface PageParts {
  /** Where the files of this build are. */
  readonly folder: string
  /** What the header says; plain text. */
  readonly title: string
  /** The modules that a script needs, itself first. */
  readonly modulesOf: (script: string) => readonly string[]
}

/** The whole of a page: head, navigation and header, the same on each, around its own body. */
export function pageOf(page: SitePage, body: string, parts: PageParts): string {
  const { folder, modulesOf } = parts
  const title = escapeHtml(parts.title)
  const main = Math.max(0, body.indexOf('<main'))
  const facts = body.slice(0, main).trim()
  const styles = [...commonStyles, ...page.styles]
  return `<!doctype html>
<html lang="en" data-theme="auto">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} – ${page.title.toLowerCase()}</title>
    <link rel="icon" href="${folder}/icon.svg">
    ${lines(styles.map((name) => `<link rel="stylesheet" href="${folder}/${name}">`))}
    ${lines(modulesOf(page.script).map((name) => `<link rel="modulepreload" href="${folder}/${name}">`))}
    <script type="module" src="${folder}/${page.script}"></script>
  </head>
  <body${page.body ? ` ${page.body}` : ''}>
    <header>
      <div class="bar">
        <h1>${title}</h1>
        ${page.isOutside ? '' : navigationOf(page)}
        <span class="space"></span>
        ${page.isOutside ? '' : who}
        <button type="button" id="theme">auto</button>
      </div>
      ${page.isOutside ? '' : `<div class="facts">\n        ${freshness}\n        ${facts}\n        ${clock}\n      </div>`}
    </header>
    <div id="banner" role="alert" data-shown="false"><i class="mark bad"></i><span id="banner-words"></span></div>
    <noscript><p>This page needs JavaScript, from this server only. Allow it and load the page again.</p></noscript>
    ${body.slice(main).trim()}
  </body>
</html>
`
}

const who = `<details id="views">
          <summary>Views</summary>
          <div class="menu">
            <ul id="views-list"></ul>
            <p id="views-said" role="status"></p>
            <form id="save-view"><input name="name" required maxlength="80" placeholder="name" aria-label="Name of the view" autocomplete="off"><button type="submit">Save this view</button></form>
          </div>
        </details>
        <span id="me"></span>
      <button type="button" id="log-out" hidden>Log out</button>`
const freshness = `<span class="fact" id="link" role="status"><i class="mark"></i><b id="link-words">connecting</b></span>
      <span class="fact" id="freshness" title="Age of the newest of this page"><i class="mark bad"></i>newest <b id="newest">—</b></span>`
const clock = `<span class="space"></span>
      <label class="fact inline moment">At (UTC) <input id="moment" size="17" autocomplete="off" spellcheck="false" placeholder="now" title="A past moment for all pages: 2026-11-21 03:00, 03:00 or -2h"></label>
      <span id="steps" hidden><button type="button" id="earlier" title="Five minutes earlier">−5 min</button><button type="button" id="later" title="Five minutes later">+5 min</button> <select id="play" aria-label="Play on" title="Play on from this moment"><option value="0">❚❚ still</option><option value="1">▶ ×1</option><option value="10">▶ ×10</option><option value="60">▶ ×60</option></select></span>
      <button type="button" id="live" hidden>▶ Back to now</button>
      <span class="fact clock" id="clock"></span>
      <button type="button" id="zone" title="Times in UTC or in this computer's zone">UTC</button>`

function navigationOf(current: SitePage): string {
  const links = sitePages
    .filter(({ isOutside }) => !isOutside)
    .map((page) => {
      const mark = page === current ? ' aria-current="page"' : ''
      return `<a href="${page.path}"${mark}>${page.title}</a>`
    })
  return `<nav class="site" aria-label="Pages">\n        ${links.join('\n        ')}\n      </nav>`
}

const lines = (some: readonly string[]): string => some.join('\n    ')

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
