import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { pageOf, sitePages } from './page-html.ts'
import { runbooks } from './runbooks.ts'

/** What the page may load: only its own files, and nothing that stands inside the HTML. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const safeHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
} as const

const mediaTypes: Readonly<Record<string, string>> = {
  ts: 'text/javascript; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  html: 'text/html; charset=utf-8',
}

interface Source {
  readonly name: string
  readonly text: string
}

interface Asset {
  readonly type: string
  readonly etag: string
  readonly plain: Buffer
  readonly gzip: Buffer
  readonly brotli: Buffer
}

export interface PageSettings {
  /** What the header of the page says; plain text. */
  readonly title: string
}

/**
 * Serves the operators' pages (`page-html.ts`), their files below `/assets/<build>/`, and the
 * runbooks.
 *
 * Everything is read, stripped of its types and compressed once, here, and then answered from
 * memory. `<build>` is a hash of all files, so they are cached for ever and a new version is
 * fetched as a whole or not at all; `/` itself is revalidated by its ETag.
 */
export async function pages(
  app: FastifyInstance,
  settings: PageSettings = { title: 'Telescope array' },
): Promise<void> {
  await runbooks(app)
  const sources = await loadSources()
  const build = hashOf(sources.map(({ name, text }) => `${name}\n${text}`).join('\n')).slice(0, 12)
  const folder = `/assets/${build}`
  const assets = new Map<string, Asset>()
  for (const { name, text } of sources) {
    if (!name.endsWith('.html')) assets.set(name, await assetOf(name, text))
  }
  for (const page of sitePages) {
    const body = sources.find(({ name }) => name === `${page.file}.html`)?.text ?? ''
    const parts = {
      folder,
      title: settings.title,
      modulesOf: (of: string) => modulesOf(of, sources),
    }
    const whole = await assetOf('.html', pageOf(page, body, parts))
    app.get(page.path, (request, reply) => send(request, reply, whole, 'no-cache, must-revalidate'))
  }

  app.get('/favicon.ico', (_request, reply) => reply.redirect(`${folder}/icon.svg`))
  app.get<{ Params: { build: string; name: string } }>('/assets/:build/:name', (request, reply) => {
    const { params } = request
    // A page of another build that asks for a file would get a mixture; it must reload instead.
    const asset = params.build === build ? assets.get(params.name) : undefined
    return send(request, reply, asset, 'public, max-age=31536000, immutable')
  })
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  asset: Asset | undefined,
  cacheControl: string,
): FastifyReply {
  reply.headers(safeHeaders)
  if (!asset) return reply.code(404).type('text/plain; charset=utf-8').send('No such file.\n')
  reply.headers({ 'cache-control': cacheControl, etag: asset.etag, vary: 'accept-encoding' })
  if (request.headers['if-none-match'] === asset.etag) return reply.code(304).send()
  reply.type(asset.type)
  const accepted = String(request.headers['accept-encoding'] ?? '')
  if (/\bbr\b/.test(accepted)) return reply.header('content-encoding', 'br').send(asset.brotli)
  if (/\bgzip\b/.test(accepted)) return reply.header('content-encoding', 'gzip').send(asset.gzip)
  return reply.send(asset.plain)
}

/** Bare imports of the page's modules, and the files that answer them. */
const libraries: Readonly<Record<string, string>> = {
  uplot: 'uplot.js',
  '@mla/model/glob': 'glob.ts',
}

async function loadSources(): Promise<readonly Source[]> {
  const folder = new URL('./page/', import.meta.url)
  const names = (await readdir(folder))
    .filter((name) => /\.(ts|css|svg|html)$/.test(name) && !name.endsWith('.test.ts'))
    .sort()
  const own = names.map(async (name) => {
    const text = await readFile(new URL(name, folder), 'utf8')
    return { name, text: name.endsWith('.ts') ? browserModule(text) : text }
  })
  return [...(await Promise.all(own)), ...(await librarySources())]
}

async function librarySources(): Promise<readonly Source[]> {
  const uplot = new URL('./', import.meta.resolve('uplot'))
  const script = await readFile(fileURLToPath(new URL('uPlot.iife.min.js', uplot)), 'utf8')
  const glob = await readFile(fileURLToPath(import.meta.resolve('@mla/model/glob')), 'utf8')
  return [
    // uPlot publishes its ES module only in full length; the short script becomes one by a line.
    { name: 'uplot.js', text: `${script}\nexport default uPlot\n` },
    {
      name: 'uplot.css',
      text: await readFile(fileURLToPath(new URL('uPlot.min.css', uplot)), 'utf8'),
    },
    { name: 'glob.ts', text: browserModule(glob) },
  ]
}

const browserModule = (source: string): string =>
  stripTypeScriptTypes(source).replace(/ from '([^'.][^']*)'/g, (whole, name: string) =>
    libraries[name] ? ` from './${libraries[name]}'` : whole,
  )

/** A module and all that it imports. */
function modulesOf(entry: string, sources: readonly Source[]): readonly string[] {
  const found = new Set<string>()
  const add = (name: string): void => {
    const text = sources.find((source) => source.name === name)?.text
    if (text === undefined || found.has(name)) return
    found.add(name)
    for (const [, imported = ''] of text.matchAll(/\bfrom '\.\/([^']+)'/g)) add(imported)
  }
  add(entry)
  return [...found]
}

const hashOf = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('base64url')

async function assetOf(name: string, text: string): Promise<Asset> {
  const plain = Buffer.from(text)
  const type = mediaTypes[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
  const [zipped, brotli] = await Promise.all([
    promisify(gzip)(plain, { level: 9 }),
    promisify(brotliCompress)(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
  ])
  return { type, etag: `"${hashOf(plain).slice(0, 22)}"`, plain, gzip: zipped, brotli }
}
