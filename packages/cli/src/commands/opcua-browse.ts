import { readFile, writeFile } from 'node:fs/promises'
import { pointsFileOf } from '@mla/cdb'
import { jsonOf } from '@mla/model'
import type { BrowsedNode } from '@mla/opcua'
import type { Cli, CliCommand, Given } from '../cli.ts'
import { Failure } from '../failure.ts'
import { numberIn } from '../given.ts'
import { valueText } from '../samples.ts'
import { printTable } from '../table.ts'

const modes = ['None', 'Sign', 'SignAndEncrypt'] as const

export const opcuaBrowse: CliCommand = {
  name: 'opcua browse',
  summary: "List an OPC-UA server's variables, and write them as points",
  arguments: [['<endpoint>', 'opc.tcp://host:port/path']],
  options: [
    [
      '--match <pattern>',
      'of the path (* does not cross /, ** does); default: all but the Server object',
    ],
    ['--root <node id>', 'look below this node instead of the Objects folder'],
    ['--first <number>', 'stop after so many', '100000'],
    ['--write <file>', 'write them as a points file of the configuration'],
    ['--force', 'write over a file that is there'],
    ['--source <id>', 'with --write: the source in sources.yaml', 'opcua'],
    ['--prefix <name>', 'with --write: put in front of each path; default: the source'],
    ['--security <mode>', modes.join(', '), 'None'],
    ['--policy <policy>', 'default Basic256Sha256 with --security'],
    ['--user <name>', 'a user of the server'],
    ['--password-file <file>', 'the password of --user'],
    ['--pki <folder>', 'own certificate, trusted and rejected ones', '.data/cli/pki'],
  ],
  examples: [
    "mla opcua browse opc.tcp://plc:4840 --match 'Mount/**'",
    'mla opcua browse opc.tcp://plc:4840 --write cdb/points/plc.yaml --source plc --prefix Tel01/Plc',
  ],
  async run(cli, given) {
    const file = given.text('write')
    const nodes: BrowsedNode[] = []
    const match = given.text('match')
    const root = given.text('root')
    const found = cli.adapters.browse(await settingsOf(given), {
      ...(match === null ? {} : { match }),
      ...(root === null ? {} : { root }),
      maxNodes: numberIn(given, 'first', { min: 1, max: 1_000_000 }),
      signal: cli.signal,
    })
    for await (const node of found) {
      if (match === null && root === null && node.path.startsWith('Server/')) continue
      nodes.push(node)
    }
    if (file !== null) return write(cli, given, file, nodes)
    if (cli.out.json) {
      cli.out.document(
        nodes.map(({ value, type, enumeration, ...node }) => ({
          ...node,
          type,
          value: type === null ? null : jsonOf(type, value),
          enumeration: enumeration && Object.fromEntries(enumeration),
        })),
      )
    } else {
      printTable(cli.out, nodes, [
        { title: 'PATH', text: ({ path }) => path },
        { title: 'TYPE', text: ({ type }) => type ?? '?' },
        { title: 'NODE', text: ({ nodeId }) => nodeId },
        { title: 'VALUE', text: (node) => shownValue(node) },
      ])
    }
    if (nodes.length > 0) return 0
    cli.out.note('mla: the server has no such variable')
    return 1
  },
}

function shownValue({ type, value, status, enumeration }: BrowsedNode): string {
  if (status >>> 30 !== 0) return `status 0x${status.toString(16).padStart(8, '0')}`
  const name = typeof value === 'number' ? enumeration?.get(value) : undefined
  return type === null ? '?' : valueText(jsonOf(type, value), name ?? null)
}

async function write(
  cli: Cli,
  given: Given,
  file: string,
  nodes: readonly BrowsedNode[],
): Promise<0 | 1> {
  const source = given.text('source') ?? 'opcua'
  const { text, points, leftOut } = pointsFileOf(nodes, {
    source,
    prefix: given.text('prefix') ?? source,
    comment: `Browsed from ${given.words[0]}. Add ranges, dead bands and archive classes.`,
  })
  for (const one of leftOut.slice(0, 20)) cli.out.note(`mla: left out ${one}`)
  if (leftOut.length > 20) cli.out.note(`mla: and ${leftOut.length - 20} more`)
  if (points === 0) {
    cli.out.note('mla: nothing to write')
    return 1
  }
  try {
    await writeFile(file, text, { flag: given.flag('force') ? 'w' : 'wx' })
  } catch (error) {
    const there = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    const reason = there ? 'it is there already' : String(error)
    throw new Failure(2, `${file} is not written: ${reason}`, 'name another file, or give --force')
  }
  if (cli.out.json) cli.out.document({ file, points, leftOut })
  else {
    cli.out.line(`${points} points written to ${file}`)
    cli.out.line(`declare the source "${source}" in sources.yaml, then run: mla cdb check`)
  }
  return leftOut.length > 0 ? 1 : 0
}

async function settingsOf(given: Given) {
  const endpoint = given.words[0] ?? ''
  if (!URL.canParse(endpoint) || !endpoint.startsWith('opc.tcp://')) {
    throw new Failure(2, `"${endpoint}" is not an endpoint`, 'write opc.tcp://host:port/path')
  }
  const wanted = given.text('security') ?? 'None'
  const securityMode = modes.find((mode) => mode === wanted)
  if (securityMode === undefined) {
    throw new Failure(2, `--security is "${wanted}"`, `write one of ${modes.join(', ')}`)
  }
  const secured = securityMode !== 'None'
  return {
    endpoint,
    applicationName: 'mla-cli',
    securityMode,
    securityPolicy: given.text('policy') ?? (secured ? 'Basic256Sha256' : 'None'),
    user: await userOf(given),
    pkiFolder: given.text('pki') ?? '.data/cli/pki',
    publishingIntervalMs: 1_000,
    requestTimeoutMs: 15_000,
    silenceMs: 10_000,
  }
}

async function userOf(given: Given): Promise<{ name: string; password: string } | null> {
  const name = given.text('user')
  if (name === null) return null
  const file = given.text('passwordFile')
  if (file === null) throw new Failure(2, '--user needs a password', 'add --password-file <file>')
  const password = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Failure(
      2,
      `${file} is not readable: ${String(error)}`,
      'name the file of the password',
    )
  })
  return { name, password: password.trimEnd() }
}
