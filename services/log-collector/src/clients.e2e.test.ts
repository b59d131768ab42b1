import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { collecting, openBus } from './collector.fixture.ts'

const run = promisify(execFile)
const clients = join(import.meta.dirname, '../../../clients')
const limit = { timeout: 60_000 }
const yaml =
  "sources:\n  s: {recipe: json, listen: ['tcp://127.0.0.1:0', 'http://127.0.0.1:0'], nameBy: process}\n"

const script = `
import logging, sys
sys.path.insert(0, sys.argv[1])
from mla_logging import MlaHandler
logging.getLogger().addHandler(MlaHandler("127.0.0.1", int(sys.argv[2]), process="observe", audience="Operator"))
def slew():
    logging.warning("seeing is %s \\u2033", 2.1, extra={"fields": {"target": "M31"}})
slew()
try:
    1 / 0
except ZeroDivisionError:
    logging.exception("cannot")
`

test(
  'the Python handler: priority, place in the code, fields, a stack trace, and all of it at the end',
  limit,
  async () => {
    await using bus = openBus()
    await using collector = await collecting(yaml, bus)
    const port = await collector.portOf('s')
    await run('python3', ['-c', script, join(clients, 'python'), String(port)])
    const [first, second] = await bus.have(2)
    assert.equal(first?.message, 'seeing is 2.1 \u2033')
    assert.equal(first.priority, 'WARNING')
    assert.deepEqual(
      [first.source, first.process, first.audience, first.routine, first.line],
      ['s/observe', 'observe', 'Operator', 'slew', 7],
    )
    assert.equal(first.fields.find(({ name }) => name === 'target')?.value, 'M31')
    assert.match(second?.message ?? '', /^cannot\nTraceback[\s\S]*ZeroDivisionError/)
  },
)

test(
  'the shell command: a message with fields, lines of an output, and an error where nobody takes them',
  limit,
  async () => {
    await using bus = openBus()
    await using collector = await collecting(yaml, bus)
    const url = `http://127.0.0.1:${await collector.portOf('s', 1)}`
    const env = { ...process.env, MLA_LOG_URL: url }
    const command = join(clients, 'shell/mla-log')
    await run(command, ['-p', 'ERROR', '-n', 'park', 'say "no" \\ here', 'target=M 31'], { env })
    await run('sh', ['-c', `printf 'one\\ttab\\ntwo' | ${command} -n park`], { env })
    const records = await bus.have(3)
    assert.deepEqual(
      records.map(({ priority, message }) => [priority, message]),
      [
        ['ERROR', 'say "no" \\ here'],
        ['INFO', 'one\ttab'],
        ['INFO', 'two'],
      ],
    )
    assert.equal(records[0]?.fields.find(({ name }) => name === 'target')?.value, 'M 31')
    const nobody = { ...process.env, MLA_LOG_URL: 'http://127.0.0.1:1' }
    await assert.rejects(run(command, ['lost?'], { env: nobody }), /not taken[\s\S]*lost\?/)
  },
)
