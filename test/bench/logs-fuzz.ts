/** Rubbish into every protocol of the log collector, the same for the same seed: nothing may throw, or vanish. */
import { parseArgs } from 'node:util'
import { compileRecipe, createFramer, recipeSchema, shippedRecipes, understand } from '@mla/logs'
import { createLogBatchCodec, LogBatchWriter, LogDraft } from '@mla/model'

export const description =
  'logs-fuzz [--inputs 100000] [--seed 1]: rubbish as every protocol, each input accounted for'

const longest = 4096
const samples: Readonly<Record<string, string>> = {
  syslog:
    '<134>1 2026-11-21T08:00:00.123Z host app 12 ID [x@1 a="b\\"c"] text\n61 <13>Nov 21 08:00:00 host sshd[12]: some text of a usual kind\n',
  gelf: '{"version":"1.1","host":"h","short_message":"s","level":3,"timestamp":1763712000.5,"_x":{"y":[1,2]}}\0',
  json: '{"time":"2026-11-21T08:00:00Z","level":"warn","msg":"m","a":{"b":{"c":1e400}},"n":null}\n',
  acs: '<Info TimeStamp="2026-11-21T08:00:00.000" File="a" Line="1" Uri=""u""><![CDATA[t ]]> t]]><Data Name="x"><![CDATA[1]]></Data></Info>\n',
  journal:
    '__REALTIME_TIMESTAMP=1763712000123456\nPRIORITY=3\nMESSAGE\n\x05\0\0\0\0\0\0\0a\nb=c\nUNIT=x\n\n',
  pino: '{"level":30,"time":1763712000123,"service":"hmi","msg":"ready","pid":1}\n',
  auto: '2026-11-21 08:00:00,123 ERROR [main] a.b.C: text\n[Sun Dec 04 04:47:44 2005] [error] x\n',
  firmware: '[00:12:33.123,000] <wrn> mirror: actuator 17 slow\nE (12) i2c: timeout\n',
  log4j: '2015-10-18 18:01:47,978 INFO [main] org.apache.Class: text\n\tat x\n',
  thunderbird: '- 1131566461 2005.11.09 dn228 Nov 9 12:01:01 dn228/dn228 crond[2915]: text\n',
}

export async function run(
  args: readonly string[],
): Promise<readonly Record<string, number | string>[]> {
  const options = {
    inputs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
  } as const
  const { values } = parseArgs({ args: [...args], options })
  return Object.keys(samples).map((name) => fuzz(name, Number(values.inputs), Number(values.seed)))
}

function fuzz(name: string, inputs: number, seed: number): Record<string, number | string> {
  const compiled = compileRecipe(recipeSchema.parse(shippedRecipes[name]))
  if ('problems' in compiled) throw new Error(`${name} does not compile`)
  const { recipe } = compiled
  const random = randomFrom(seed)
  const good = Buffer.from(samples[name] ?? '', 'latin1')
  const [draft, writer, codec] = [new LogDraft(), new LogBatchWriter(), createLogBatchCodec()]
  const circumstances = { receivedTime: 1_763_712_000_000_000, reference: 1_763_712_000_000_000 }
  const head = { collector: 'c', epoch: 1, sequence: 0, lane: 'l' }
  let [frames, problems, bytes, accounted, mostHeld, slowest] = [0, 0, 0, 0, 0, 0]
  const take = (of: Buffer, from: number, to: number, cut: number): void => {
    accounted += to - from + cut
    if (to === from) return
    frames++
    const raw = understand(recipe, draft, of, from, to, cut, circumstances, false)
    if (draft.problem !== null) problems++
    writer.add(draft, good.subarray(0, 4), circumstances.receivedTime, raw)
  }
  const began = performance.now()
  for (let i = 0; i < inputs; i++) {
    const input = spoilt(good, random)
    const start = performance.now()
    const framer = createFramer(recipe, 'stream', longest)
    for (let at = 0; at < input.length; ) {
      const size = 1 + random(input.length)
      framer.push(Buffer.from(input.subarray(at, at + size)), take)
      mostHeld = Math.max(mostHeld, framer.held)
      at += size
    }
    framer.flush(take)
    slowest = Math.max(slowest, performance.now() - start)
    bytes += input.length
    // What was written can be read: the bytes are a batch, whatever went in.
    const before = writer.count
    const cursor = codec.cursor(writer.seal(head).bytes)
    let read = 0
    while (cursor.next()) read++
    if (read !== before) throw new Error(`${name}: ${before} records written, ${read} read`)
  }
  const seconds = (performance.now() - began) / 1000
  const { rss } = process.memoryUsage()
  return {
    protocol: name,
    inputs,
    records: frames,
    not_understood: problems,
    // Delimiters, and what stands between ACS entries, are no records.
    accounted_percent: (100 * accounted) / bytes,
    most_held_bytes: mostHeld,
    slowest_ms: slowest,
    us_per_input: (1e6 * seconds) / inputs,
    rss_mb: rss / 1e6,
  }
}

function randomFrom(seed: number) {
  let state = seed >>> 0
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Good input with bytes changed, cut out, doubled; or rubbish altogether. */
function spoilt(good: Buffer, random: (below: number) => number): Buffer {
  if (random(10) === 0)
    return Buffer.from(Array.from({ length: 1 + random(400) }, () => random(256)))
  let bytes = Buffer.concat(Array.from({ length: 1 + random(3) }, () => good))
  for (let times = random(6); times > 0; times--) {
    const at = random(bytes.length)
    const end = Math.min(bytes.length, at + 1 + random(20))
    const kind = random(4)
    if (kind === 0) bytes[at] = random(256)
    else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)])
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)])
    else
      bytes = Buffer.concat([
        bytes.subarray(0, at),
        Buffer.alloc(random(6000), bytes[at]),
        bytes.subarray(at),
      ])
    if (bytes.length === 0) return Buffer.from('x')
  }
  return bytes
}
